// Owns what the user has put together in the import wizard. It outlives the page, so that going elsewhere loses nothing.
import { computed, type Ref, reactive, ref } from 'vue';
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

export interface Draft {
  step: Step;
  files: DraftFile[];
  sectors: DraftFile | null;
  sectorColumn: string;
  /** Role to column, where the user chose. */
  columns: Record<string, string>;
  dateFormat: string | null;
  encoding: string | null;
  joinIntraday: boolean;
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
  sectors: null,
  sectorColumn: '',
  columns: {},
  dateFormat: null,
  encoding: null,
  joinIntraday: false,
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

const DATA_FILE = /\.(csv|tsv|txt|parquet)(\.(gz|zst))?$|\.(gz|zst)$/i;
export const isDataFile = (name: string): boolean => DATA_FILE.test(name) && !name.startsWith('.');

/** A file or folder that the host reads where it lies. */
export function inPlace(path: string, bytes = 0): DraftFile {
  return { key: nextKey(), name: path.split(/[/\\]/).at(-1) || path, bytes, path, error: null };
}

/** Files that are complete on the host's side. */
export const readyPaths = computed(() => draft.files.flatMap(({ path }) => (path === null ? [] : [path])));
export const allReady = computed(
  () => draft.files.length > 0 && [...draft.files, ...(draft.sectors ? [draft.sectors] : [])].every(({ path }) => path),
);

/** The furthest step that can be gone to. */
export function canGo(step: Step): boolean {
  if (step === 'files') return true;
  if (step === 'findings') return draft.result !== null;
  return allReady.value;
}

/** What datasets.import is asked for. */
export function importRequest() {
  return {
    files: readyPaths.value,
    name: draft.name,
    columns: draft.columns,
    repairs: draft.repairs,
    joinIntraday: draft.joinIntraday,
    ...(draft.dateFormat ? { dateFormat: draft.dateFormat } : {}),
    ...(draft.encoding ? { encoding: draft.encoding } : {}),
    ...(draft.sectors?.path ? { sectors: draft.sectors.path } : {}),
    ...(draft.sectorColumn ? { sectorColumn: draft.sectorColumn } : {}),
  };
}

/** Takes up an import that was started before this page was loaded, from what its job was started with. */
export function takeUp(jobId: string, spec: Record<string, unknown>): void {
  const request = (spec.request ?? {}) as Partial<Record<string, unknown>>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  Object.assign(draft, fresh(), {
    step: 'import',
    jobId,
    name: text(request.name),
    files: texts(request.files).map((path) => inPlace(path)),
    sectors: request.sectorFile ? inPlace(text(request.sectorFile)) : null,
    sectorColumn: text(request.sectorColumn),
    columns: { ...(request.columns as Record<string, string> | undefined) },
    dateFormat: text(request.dateFormat) || null,
    encoding: text(request.encoding) || null,
    joinIntraday: request.joinIntraday === true,
    repairs: texts(request.repairs),
  });
}

export function proposeName(): void {
  if (draft.name === '' && draft.files.length > 0) draft.name = suggestName(draft.files[0].name);
}
