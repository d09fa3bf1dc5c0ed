// Owns what the user has put together in the import wizard. It outlives the page, so that going elsewhere loses nothing.
import { computed, type Ref, reactive, ref } from 'vue';
import {
  APPEND_MODES,
  type AppendMode,
  CALENDAR_NAMES,
  type CalendarName,
} from '../../../../core/contract/data-words.ts';
import { suggestName } from '../../../../core/contract/name-rules.ts';
import type { JobResult } from '../../../../core/contract/views.ts';

export const STEPS = ['files', 'columns', 'import', 'findings'] as const;
export type Step = (typeof STEPS)[number];

export interface DraftFile {
  key: number;
  name: string;
  bytes: number;
  /** Where the host finds it; null until it has been sent. */
  path: string | null;
  /** Bytes sent; absent where the host reads it in place. */
  sent?: number;
  error: Error | null;
  /** What is to be sent. */
  file?: File;
}

/** A file to hold beside the bars, and as which of the tables there are. */
export interface DraftTable {
  key: number;
  file: DraftFile;
  /** null while it is neither chosen nor told by the file. */
  name: string | null;
  /** Whether the host has found the table's columns in it. */
  fits: boolean;
}

export interface Draft {
  step: Step;
  files: DraftFile[];
  /** Table to read of files that are databases. */
  sourceTable: string | null;
  /** Whether what `files` hold is known: which of them are databases, and so whether a table has to be chosen. */
  sourceKnown: boolean;
  tables: DraftTable[];
  sectors: DraftFile | null;
  sectorColumn: string;
  /** Role to column, where the user chose. */
  columns: Record<string, string>;
  dateFormat: string | null;
  encoding: string | null;
  calendar: CalendarName | null;
  joinIntraday: boolean;
  /** Code of the index that stands for the market; empty where it is left to be found. */
  marketIndex: string;
  /** Codes that became others, from an ISO day on. */
  codeChanges: { from: string; to: string; day: string }[];
  /** Adds to the newest version instead of taking its place. */
  append: AppendMode | null;
  name: string;
  repairs: string[];
  jobId: string | null;
  /** Id of the newest version of that name before the import; null where there is none. */
  before: string | null;
  result: JobResult<'import'> | null;
}

const fresh = (): Draft => ({
  step: 'files',
  files: [],
  sourceTable: null,
  sourceKnown: true,
  tables: [],
  sectors: null,
  sectorColumn: '',
  columns: {},
  dateFormat: null,
  encoding: null,
  calendar: null,
  joinIntraday: false,
  marketIndex: '',
  codeChanges: [],
  append: null,
  name: '',
  repairs: [],
  jobId: null,
  before: null,
  result: null,
});

export const draft: Draft = reactive(fresh());
let keys = 0;
export const nextKey = (): number => ++keys;
/** Raised when the draft is thrown away: uploads on their way belong to the one before. */
export const generation: Ref<number> = ref(0);

export function startOver(): void {
  generation.value++;
  Object.assign(draft, fresh());
}

const TEXT_FILE = /\.(csv|tsv|txt|parquet)(\.(gz|zst))?$|\.(gz|zst)$/i;
const DATABASE_FILE = /\.(duckdb|ddb|db3?|sqlite3?)$/i;
export const isDataFile = (name: string): boolean =>
  (TEXT_FILE.test(name) || DATABASE_FILE.test(name)) && !name.startsWith('.');

/** A file or folder that the host reads where it lies. */
export function inPlace(path: string, bytes = 0): DraftFile {
  return { key: nextKey(), name: path.split(/[/\\]/).at(-1) || path, bytes, path, error: null };
}

/** Every file that the draft names, each once. */
export const everyFile = (): DraftFile[] => [
  ...new Set([...draft.files, ...(draft.sectors ? [draft.sectors] : []), ...draft.tables.map(({ file }) => file)]),
];

/** Those of the files that may be databases: the host says whether they are. */
export const maybeDatabases = computed(() => readyPaths.value.filter((path) => !TEXT_FILE.test(path)));

export function addTable(file: DraftFile, name: string | null = null): void {
  if (draft.tables.some((table) => table.file.key === file.key && table.name === name)) return;
  draft.tables.push({ key: nextKey(), file, name, fits: false });
}

/** Files that are complete on the host's side. */
export const readyPaths = computed(() => draft.files.flatMap(({ path }) => (path === null ? [] : [path])));
export const allReady = computed(
  () =>
    draft.files.length > 0 &&
    draft.sourceKnown &&
    everyFile().every(({ path }) => path) &&
    draft.tables.every(({ name, fits }) => name !== null && fits),
);

/** The furthest step that can be gone to. */
export function canGo(step: Step): boolean {
  if (step === 'files') return true;
  if (step === 'findings') return draft.result !== null;
  return allReady.value;
}

/** Whether a table of indices stands beside the bars: one of them may be named to stand for the market. */
export const hasIndices = (): boolean => draft.tables.some(({ name }) => name === 'index-bars');

/** What datasets.import is asked for. */
export function importRequest() {
  // A line that was added and left empty asks for nothing.
  const changes = draft.codeChanges.filter(({ from, to, day }) => from || to || day);
  return {
    files: readyPaths.value,
    name: draft.name,
    columns: draft.columns,
    repairs: draft.repairs,
    joinIntraday: draft.joinIntraday,
    ...(draft.sourceTable ? { sourceTable: draft.sourceTable } : {}),
    ...(draft.tables.length > 0
      ? { tables: draft.tables.map(({ file, name }) => ({ name: name ?? '', path: file.path ?? '' })) }
      : {}),
    ...(draft.dateFormat ? { dateFormat: draft.dateFormat } : {}),
    ...(draft.encoding ? { encoding: draft.encoding } : {}),
    ...(draft.calendar ? { calendar: draft.calendar } : {}),
    ...(draft.marketIndex.trim() && hasIndices() ? { marketIndex: draft.marketIndex.trim() } : {}),
    ...(changes.length > 0 ? { codeChanges: changes } : {}),
    ...(draft.append ? { append: draft.append } : {}),
    ...(draft.sectors?.path ? { sectors: draft.sectors.path } : {}),
    ...(draft.sectorColumn ? { sectorColumn: draft.sectorColumn } : {}),
  };
}

/** Takes up an import that was started before this page was loaded, from what its job was started with. */
export function takeUp(jobId: string, spec: Record<string, unknown>): void {
  const request = (spec.request ?? {}) as Partial<Record<string, unknown>>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const database = (request.database ?? {}) as { table?: unknown };
  const tables = (Array.isArray(request.tables) ? request.tables : []) as { name?: unknown; path?: unknown }[];
  const changes = (Array.isArray(request.codeChanges) ? request.codeChanges : []) as Record<string, unknown>[];
  const append = (request.append ?? {}) as { mode?: unknown };
  // Jobs hold days as epoch days.
  const isoDay = (day: unknown): string =>
    typeof day === 'number' ? new Date(day * 86_400_000).toISOString().slice(0, 10) : '';
  Object.assign(draft, fresh(), {
    step: 'import',
    jobId,
    name: text(request.name),
    files: texts(request.files).map((path) => inPlace(path)),
    sourceTable: text(database.table) || null,
    tables: tables.map(({ name, path }) => ({
      key: nextKey(),
      file: inPlace(text(path)),
      name: text(name),
      fits: true,
    })),
    sectors: request.sectorFile ? inPlace(text(request.sectorFile)) : null,
    sectorColumn: text(request.sectorColumn),
    columns: { ...(request.columns as Record<string, string> | undefined) },
    dateFormat: text(request.dateFormat) || null,
    encoding: text(request.encoding) || null,
    calendar: CALENDAR_NAMES.find((name) => name === request.calendar) ?? null,
    joinIntraday: request.joinIntraday === true,
    marketIndex: text(request.marketIndex),
    codeChanges: changes.map(({ from, to, day }) => ({ from: text(from), to: text(to), day: isoDay(day) })),
    append: APPEND_MODES.find((mode) => mode === append.mode) ?? null,
    repairs: texts(request.repairs),
  });
}

export function proposeName(): void {
  if (draft.name === '' && draft.files.length > 0) draft.name = suggestName(draft.files[0].name);
}
