// Columns that others build on are made once, kept while somebody is still to ask for them, and no longer.
import { expect, test } from 'vitest';
import { computeFeatures, featureColumns, sparingOrder } from '../../core/features/compute.ts';
import type { FeatureDefinition } from '../../core/features/definition.ts';
import { randomBars } from '../support/random-bars.ts';

const bars = randomBars({ stocks: 3, days: 10 });

/** Definitions that note when they are computed; each adds up the columns that it asks for. */
function planted(uses: Record<string, readonly string[]>, undeclared: readonly string[] = []) {
  const computed: string[] = [];
  const definitions = Object.entries(uses).map(
    ([name, used]): FeatureDefinition => ({
      name,
      family: 'test',
      formula: name,
      window: 0,
      warmup: 0,
      source: 'test',
      scope: 'stock',
      uses: undeclared.includes(name) ? undefined : used,
      compute: (context) => {
        computed.push(name);
        const out = new Float64Array(bars.close.length).fill(1);
        for (const other of used) {
          const column = context.column(other);
          for (let i = 0; i < out.length; i++) out[i] += column[i];
        }
        return out;
      },
    }),
  );
  return { computed, definitions };
}

test('each column is computed once, wanted or built on, in whatever order', () => {
  const uses = { a: [], b: ['a'], c: ['a', 'b'], d: ['c'], e: ['a'] };
  for (const names of [
    ['a', 'b', 'c', 'd', 'e'],
    ['d', 'a'],
    ['e', 'd', 'b'],
    ['c', 'a', 'e'],
  ]) {
    const { computed, definitions } = planted(uses);
    const columns = computeFeatures(bars, names, undefined, definitions);
    expect([...columns.keys()]).toEqual(names);
    expect(new Set(computed).size).toBe(computed.length);
    expect(Object.fromEntries([...columns].map(([name, column]) => [name, column[0]]))).toEqual(
      Object.fromEntries(names.map((name) => [name, { a: 1, b: 2, c: 4, d: 5, e: 2 }[name]])),
    );
  }
});

test('a column goes when the last that declared it has asked; what is asked for without a word is kept from then on', () => {
  const { computed, definitions } = planted({ a: [], b: ['a'], late: ['a'], later: ['a'] }, ['late', 'later']);
  expect([...featureColumns(bars, ['a', 'b', 'late', 'later'], undefined, definitions)]).toHaveLength(4);
  expect(computed).toEqual(['a', 'b', 'late', 'a', 'later']);
});

test('the sparing order keeps what builds on a column beside it, and needs no more columns at a time than the other way round', () => {
  const uses: Record<string, readonly string[]> = {};
  for (let base = 0; base < 6; base++) uses[`base_${base}`] = [];
  for (let lag = 0; lag < 4; lag++)
    for (let base = 0; base < 6; base++) uses[`base_${base}_lag_${lag}`] = [`base_${base}`];
  const { definitions } = planted(uses);
  const names = Object.keys(uses);
  const order = sparingOrder(names, definitions);
  expect([...order].sort()).toEqual([...names].sort());
  expect(sparingOrder(names, definitions)).toEqual(order);
  for (let base = 0; base < 6; base++) {
    const places = order.flatMap((name, place) => (name.startsWith(`base_${base}`) ? [place] : []));
    expect(places.at(-1)! - places[0]).toBe(4);
  }
});

test('the sparing order holds columns that are built on without being wanted', () => {
  const { definitions, computed } = planted({
    root: [],
    left: ['root'],
    right: ['root'],
    alone: [],
    top: ['left', 'right'],
  });
  const order = sparingOrder(['top', 'alone', 'right'], definitions);
  expect([...order].sort()).toEqual(['alone', 'right', 'top']);
  computeFeatures(bars, order, undefined, definitions);
  expect([...computed].sort()).toEqual(['alone', 'left', 'right', 'root', 'top']);
});
