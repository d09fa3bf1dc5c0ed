// Owns the database's shape as types, derived from the entities, and the one place where entities turn into rows and back:
// JSON columns are text, booleans are 0 and 1, all else is stored as it is.
import type { Kysely } from 'kysely';
import type {
  Backtest,
  Checkpoint,
  Dataset,
  DatasetVersion,
  Evaluation,
  Event,
  FeatureSet,
  Finding,
  Job,
  Panel,
  PhaseRun,
  Run,
} from '../contract/entities.ts';

type JsonKey<E> = {
  [K in keyof E]-?: NonNullable<E[K]> extends object ? K : never;
}[keyof E];
type BooleanKey<E> = { [K in keyof E]-?: E[K] extends boolean ? K : never }[keyof E];

/** An entity as its row: same keys, stored types. */
export type Row<E> = {
  [K in keyof E]: K extends JsonKey<E>
    ? string | (null extends E[K] ? null : never)
    : K extends BooleanKey<E>
      ? number
      : E[K];
};

/** The row of an entity that can lie in the trash. Entities do not say so: what is in the trash is asked for apart. */
export type TrashableRow<E> = Row<E> & { deletedAt: number | null };

export interface Database {
  datasets: TrashableRow<Dataset>;
  datasetVersions: Row<DatasetVersion>;
  findings: Row<Finding>;
  featureSets: Row<FeatureSet>;
  savedFeatureSets: TrashableRow<FeatureSet>;
  panels: Row<Panel>;
  runs: TrashableRow<Run>;
  phaseRuns: Row<PhaseRun>;
  metricSeries: { id: number; runId: string; phase: string; name: string };
  metricPoints: { seriesId: number; step: number; epoch: number | null; value: number | null; time: number };
  checkpoints: Row<Checkpoint>;
  evaluations: Row<Evaluation>;
  backtests: TrashableRow<Backtest>;
  /** Append-only: see migrations/0003-trials.ts. */
  trials: { id: string; contentHash: string; createdAt: number };
  jobs: Row<Job>;
  events: Row<Event>;
}

/** What a reader is given: nothing on it writes. */
export type ReadAccess = Pick<Kysely<Database>, 'selectFrom' | 'fn'>;
/** What a writer is given. */
export type WriteAccess = Kysely<Database>;

export interface Codec<E> {
  encode(entity: E): Row<E>;
  /** Only the keys that are present; undefined means: leave as it is. */
  encodePatch(patch: Partial<E>): Partial<Row<E>>;
  decode(row: Row<E>): E;
}

/** The compiler sees to it that every JSON column and every boolean of the entity is listed. */
function codec<E extends object>(json: Record<JsonKey<E>, true>, booleans: Record<BooleanKey<E>, true>): Codec<E> {
  const isJson = (key: string) => Object.hasOwn(json, key);
  const isBoolean = (key: string) => Object.hasOwn(booleans, key);
  const convert = (source: object, change: (key: string, value: unknown) => unknown) => {
    const entries = Object.entries(source).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries.map(([key, value]) => [key, change(key, value)]));
  };
  const encode = (key: string, value: unknown) => {
    if (isJson(key)) return value === null ? null : JSON.stringify(value);
    return isBoolean(key) ? Number(value) : value;
  };
  const decode = (key: string, value: unknown) => {
    if (isJson(key)) return value === null ? null : (JSON.parse(String(value)) as unknown);
    return isBoolean(key) ? value !== 0 : value;
  };
  return {
    encode: (entity) => convert(entity, encode) as Row<E>,
    encodePatch: (patch) => convert(patch, encode) as Partial<Row<E>>,
    decode: (row) => convert(row, decode) as E,
  };
}

/** @returns the codec, leaving out when the entity was deleted */
function trashable<E extends object>(plain: Codec<E>) {
  return {
    ...plain,
    encode: (entity: E): TrashableRow<E> => ({ ...plain.encode(entity), deletedAt: null }),
    decode: ({ deletedAt, ...row }: TrashableRow<E>): E => plain.decode(row as Row<E>),
  };
}

export const datasetCodec = trashable(codec<Dataset>({}, {}));
export const datasetVersionCodec = codec<DatasetVersion>(
  { sources: true, columns: true, repairs: true },
  { synthetic: true },
);
export const findingCodec = codec<Finding>({ examples: true }, {});
export const featureSetCodec = codec<FeatureSet>({ names: true, parameters: true }, {});
export const savedFeatureSetCodec = trashable(featureSetCodec);
export const panelCodec = codec<Panel>({ graph: true }, {});
export const runCodec = trashable(
  codec<Run>({ phases: true, lineage: true, tags: true, summary: true, outcome: true }, { star: true }),
);
export const phaseRunCodec = codec<PhaseRun>({ metrics: true, outcome: true }, {});
export const checkpointCodec = codec<Checkpoint>({ metrics: true }, { champion: true });
export const evaluationCodec = codec<Evaluation>({ overall: true, horizons: true }, {});
export const backtestCodec = trashable(codec<Backtest>({ rule: true, costs: true, statistics: true }, {}));
export const jobCodec = codec<Job>({ spec: true, progress: true, outcome: true }, {});
export const eventCodec = codec<Event>({ data: true }, {});
