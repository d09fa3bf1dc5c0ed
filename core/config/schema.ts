// Owns what a resolved config is: every key with its type and bounds. Defaults stand in configs/*.yaml, never here,
// and so do the words that explain each key.
import { z } from 'zod';
import { ENGINES } from '../base/engines.ts';
import { HORIZONS, QUANTILES } from '../data/horizons.ts';

const count = z.int().min(0);
const positive = z.int().min(1);
const nonnegative = z.number().min(0);
const fraction = z.number().min(0).lt(1);
const date = z.iso.date().nullable();

export const MODELS = ['atft_gat_fan'] as const;
export type ModelName = (typeof MODELS)[number];
/** Neighbour lists are stored for every stock and week, and every layer of graph attention visits each neighbour. */
const MOST_NEIGHBOURS = 256;

export const configSchema = z.strictObject({
  engine: z.enum(['auto', ...ENGINES]),
  threads: count,
  loader_threads: count.max(64).nullable(),
  seed: z.int(),
  mode: z.string(),
  data: z.strictObject({
    dataset: z.string().nullable(),
    last_days: positive.nullable(),
    horizons: z.array(positive).min(1),
    universe: z.strictObject({
      min_history: count,
      min_turnover: nonnegative,
      exclude_sectors: z.array(z.string()),
    }),
    split: z.strictObject({
      kind: z.enum(['holdout', 'walk_forward']),
      train_end: date,
      valid_end: date,
      test_end: date,
      train_fraction: z.number().gt(0).lt(1),
      valid_fraction: z.number().gt(0).lt(1),
      embargo: count,
      folds: positive,
      fold: positive.nullable(),
    }),
  }),
  features: z.strictObject({
    set: z.string(),
    names: z.union([z.literal('core'), z.literal('prices'), z.literal('all'), z.array(z.string()).min(1)]),
    winsorize: z.number().min(0).lt(0.5),
    scaler: z.strictObject({ min_days: positive, min_rows: positive }),
    graph: z.strictObject({
      lookback: z.int().min(2),
      k: positive.max(MOST_NEIGHBOURS),
      threshold: fraction,
    }),
  }),
  model: z.strictObject({
    name: z.enum(MODELS),
    hidden_size: positive,
    sequence_length: z.int().min(2),
    lstm_layers: positive,
    attention_heads: positive,
    dropout: fraction,
    quantiles: z.array(z.number().gt(0).lt(1)).min(1),
    fan: z.strictObject({ enabled: z.boolean(), windows: z.array(z.int().min(2)).min(1), components: positive }),
    san: z.strictObject({ enabled: z.boolean(), slices: positive }),
    gat: z.strictObject({
      enabled: z.boolean(),
      layers: positive,
      heads: positive,
      gate_init: z.number(),
      dropout: fraction,
    }),
  }),
  train: z.strictObject({
    phases: z.array(z.string()).min(1),
    phase: z.string(),
    max_epochs: positive,
    patience: positive,
    learning_rate: z.number().gt(0),
    min_learning_rate: nonnegative,
    warmup_fraction: fraction,
    weight_decay: nonnegative,
    clip_norm: z.number().gt(0),
    accumulation: positive,
    max_batch_size: positive,
    min_nodes_per_day: positive,
    loss: z.strictObject({
      pinball: nonnegative,
      mse: nonnegative,
      rank_ic: nonnegative,
      ic: nonnegative,
      sharpe: nonnegative,
    }),
    horizon_weights: z.array(nonnegative).min(1),
    augmentation: z.strictObject({
      enabled: z.boolean(),
      feature_noise: nonnegative,
      feature_mask: fraction,
      time_mask: fraction,
      day_mix: fraction,
    }),
    carry_parent: z.boolean(),
    allow_leaks: z.boolean(),
    checkpoint_every_minutes: z.number().gt(0),
    guards: z.strictObject({
      dead_gradient: nonnegative,
      dead_patience: positive,
      min_spread: nonnegative,
      nonfinite_retries: count,
      stall_seconds: z.number().gt(0),
      memory_fraction: z.number().gt(0).max(1),
      min_free_disk_mb: nonnegative,
    }),
  }),
});

/** A config after composition: every key present, every value checked. Keys are spelt as in the YAML files. */
export type Config = z.infer<typeof configSchema>;

/** What must hold between keys; `rule` is shown to the user as it stands. */
export const configRules: readonly { path: string; rule: string; holds: (config: Config) => boolean }[] = [
  {
    path: 'data.split.embargo',
    rule: 'embargo >= max(data.horizons)',
    holds: ({ data }) => data.split.embargo >= Math.max(...data.horizons),
  },
  {
    path: 'data.split.valid_fraction',
    rule: 'train_fraction + valid_fraction < 1',
    holds: ({ data }) => data.split.train_fraction + data.split.valid_fraction < 1,
  },
  {
    path: 'data.split.train_end',
    rule: 'train_end < valid_end < test_end, train_end & valid_end together',
    holds: ({ data: { split } }) => {
      if ((split.train_end === null) !== (split.valid_end === null)) return false;
      const ends = [split.train_end, split.valid_end, split.test_end].filter((end) => end !== null);
      return isAscending(ends);
    },
  },
  {
    // Panels hold these targets and no others, and the gap between the parts of a split is measured by the longest.
    path: 'data.horizons',
    rule: `[${HORIZONS.join(', ')}]`,
    holds: ({ data }) => data.horizons.join() === HORIZONS.join(),
  },
  {
    path: 'data.split.fold',
    rule: 'fold <= folds',
    holds: ({ data: { split } }) => split.fold === null || split.fold <= split.folds,
  },
  {
    // Stocks are ranked by the median, and the stored form knows these levels.
    path: 'model.quantiles',
    rule: `some of [${QUANTILES.join(', ')}], ascending, 0.5 among them`,
    holds: ({ model: { quantiles } }) =>
      isAscending(quantiles) &&
      quantiles.includes(0.5) &&
      quantiles.every((level) => (QUANTILES as readonly number[]).includes(level)),
  },
  {
    path: 'model.attention_heads',
    rule: 'model.hidden_size % attention_heads = 0',
    holds: ({ model }) => model.hidden_size % model.attention_heads === 0,
  },
  {
    path: 'model.gat.heads',
    rule: 'model.hidden_size % gat.heads = 0',
    holds: ({ model }) => model.hidden_size % model.gat.heads === 0,
  },
  {
    path: 'model.fan.windows',
    rule: 'max(fan.windows) <= model.sequence_length',
    holds: ({ model }) => Math.max(...model.fan.windows) <= model.sequence_length,
  },
  {
    path: 'model.san.slices',
    rule: 'san.slices <= model.sequence_length',
    holds: ({ model }) => model.san.slices <= model.sequence_length,
  },
  {
    path: 'train.horizon_weights',
    rule: 'length(horizon_weights) = length(data.horizons)',
    holds: ({ train, data }) => train.horizon_weights.length === data.horizons.length,
  },
  {
    path: 'train.min_learning_rate',
    rule: 'min_learning_rate <= learning_rate',
    holds: ({ train }) => train.min_learning_rate <= train.learning_rate,
  },
];

function isAscending(values: readonly (number | string)[]): boolean {
  return values.every((value, i) => i === 0 || values[i - 1] < value);
}

/** Every path of the schema, sections before their keys: "model", "model.fan", "model.fan.enabled" ... */
export function schemaPaths(schema: z.ZodType = configSchema, prefix = ''): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries<z.ZodType>(schema.shape).flatMap(([key, inner]) => [
    prefix + key,
    ...schemaPaths(inner, `${prefix}${key}.`),
  ]);
}
