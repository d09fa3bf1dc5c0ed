// Owns what clients need to speak of bars: findings, repairs, roles of columns and date formats, with their texts in both languages.
export { CALENDAR_NAMES, type CalendarName } from '../data/calendars.ts';
export { COLUMN_ROLES, type ColumnReason, columnReasonText, type ColumnRole } from '../data/columns.ts';
export {
  ACTION_KINDS,
  ACTION_ORIGINS,
  type ActionKind,
  type ActionOrigin,
  actionText,
} from '../data/corporate-actions.ts';
export { DATE_FORMATS } from '../data/dates.ts';
export { exampleFieldText } from '../data/example-words.ts';
export { type Area, AREAS, FINDINGS, type FindingCode, findingText, type Severity } from '../data/findings.ts';
export { APPEND_MODES, type AppendMode } from '../data/manifest.ts';
export { REPAIR_NAMES, REPAIRS, type RepairName } from '../data/repairs.ts';
export { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTableName } from '../data/side-tables.ts';
export { TABLE_NAMES, tableText } from '../data/table-words.ts';
export { SKIP_REASONS, type SkipReason } from '../data/skip-reasons.ts';
