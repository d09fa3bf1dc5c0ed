// Owns what clients need to speak of bars: findings, repairs, roles of columns and date formats, with their texts in both languages.
export { COLUMN_ROLES, type ColumnReason, columnReasonText, type ColumnRole } from '../data/columns.ts';
export { DATE_FORMATS } from '../data/dates.ts';
export { FINDINGS, type FindingCode, findingText, type Severity } from '../data/findings.ts';
export { REPAIR_NAMES, REPAIRS, type RepairName } from '../data/repairs.ts';
