// Records every feature's version, its values on a seeded market (as a hash) and how many bars it looks back.
// Usage: npx node tests/golden/feature-values.ts. Refuses to record other values under the version that they had.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../../core/features/catalogue.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import type { FeatureDefinition } from '../../core/features/definition.ts';
import { looksAround, type Memory, tailColumns, tailOf } from '../../core/features/store/tail.ts';
import { featureVersions } from '../../core/features/store/versions.node.ts';
import { featureMarket } from './feature-market.ts';

export interface Recorded {
  version: string;
  values: string;
}

const VALUES_FILE = fileURLToPath(new URL('feature-values.json', import.meta.url));
const MEMORY_FILE = fileURLToPath(new URL('../../core/features/store/memory.ts', import.meta.url));
/** Days whose values a tail is tried on, counted from the end. */
const DAYS_BACK = [...Array.from({ length: 24 }, (_, i) => i + 1), 57, 130, 391];
const LADDER = [8, 16, 32, 64, 128, 256, 512, 1024, 1536];

const names = catalogue.map(({ name }) => name);
const versions = featureVersions(names, catalogue);

/** Hash of each feature's values, as float32, on one market. */
export function currentValues(): Record<string, Recorded> {
  const { bars, graph } = featureMarket(5, 700);
  const columns = computeFeatures(bars, names, graph);
  return Object.fromEntries(
    names.map((name) => [name, { version: versions.get(name)!, values: hashOf(columns.get(name)!) }]),
  );
}

function hashOf(column: Float64Array): string {
  const single = Float32Array.from(column, (value) => (Number.isNaN(value) ? Number.NaN : value));
  return createHash('sha256').update(new Uint8Array(single.buffer)).digest('hex').slice(0, 16);
}

export function recordedValues(): Record<string, Recorded> {
  return existsSync(VALUES_FILE) ? (JSON.parse(readFileSync(VALUES_FILE, 'utf8')) as Record<string, Recorded>) : {};
}

/** Markets with their features computed over the whole history. */
export function measuredMarkets() {
  return [5, 6].map((seed) => {
    const { bars, graph } = featureMarket(seed, 1700);
    return { bars, graph, whole: computeFeatures(bars, names, graph) };
  });
}

/** Whether the last days' values from the tail are those of the whole history, bit by bit, whichever day the tail begins to serve. */
export function memorySuffices(
  definition: FeatureDefinition,
  memory: Memory,
  { bars, graph, whole }: ReturnType<typeof measuredMarkets>[number],
): boolean {
  const column = whole.get(definition.name)!;
  return DAYS_BACK.every((back) => {
    const day = bars.days.length - back;
    const tail = tailOf(bars, day, memory, looksAround(definition));
    const [[, values]] = tailColumns(tail, [definition.name], graph, catalogue);
    const { rows, days } = tail.before ?? { rows: new Int32Array(bars.codes.length), days: 0 };
    return bars.codes.every((_, stock) => {
      const first = tail.offsets[stock];
      return values
        .subarray(first, tail.offsets[stock + 1])
        .every(
          (value, i) =>
            tail.dayIndex[first + i] < day - days || Object.is(value, column[bars.offsets[stock] + rows[stock] + i]),
        );
    });
  });
}

function measure(): Map<string, Memory> {
  const markets = measuredMarkets();
  return new Map(
    catalogue.map((definition) => [
      definition.name,
      LADDER.find(
        (memory) =>
          // Below its window and warm-up a feature may come out right by luck alone.
          memory > Math.max(definition.window, definition.warmup) &&
          markets.every((market) => memorySuffices(definition, memory, market)),
      ) ?? null,
    ]),
  );
}

function memorySource(memories: ReadonlyMap<string, Memory>): string {
  const lines = [...memories].map(([name, memory]) => `  ${name}: ['${versions.get(name)}', ${memory}],\n`);
  return `// Written by tests/golden/feature-values.ts: how many bars each feature looks back, measured on this version of it; null: to the first.
import type { Memory } from './tail.ts';

export const MEASURED: Readonly<Record<string, readonly [version: string, memory: Memory]>> = {
${lines.join('')}};
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const recorded = recordedValues();
  const current = currentValues();
  const changed = names.filter(
    (name) => recorded[name]?.version === current[name].version && recorded[name].values !== current[name].values,
  );
  if (changed.length > 0) throw new Error(`raise the revision of: ${changed.join(', ')}`);
  writeFileSync(VALUES_FILE, `${JSON.stringify(current, null, 1)}\n`);
  writeFileSync(MEMORY_FILE, memorySource(measure()));
}
