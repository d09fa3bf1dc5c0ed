// No feature's values change under the version that it had, and none looks back further than is recorded of it.
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../core/features/catalogue.ts';
import { NEEDED_COLUMNS } from '../../core/features/needed-columns.ts';
import { MEASURED } from '../../core/features/store/memory.ts';
import { currentValues, measuredMarkets, memorySuffices, neededColumns, recordedValues } from './feature-values.ts';

test('values belong to versions: raise the revision of what changed, then run npx node tests/golden/feature-values.ts', () => {
  expect(currentValues()).toEqual(recordedValues());
});

test('what features need of the columns of tables is recorded as it is', () => {
  const measured = Object.fromEntries([...neededColumns()].map(([name, columns]) => [name, columns.join(' ')]));
  expect(NEEDED_COLUMNS).toEqual(measured);
});

describe('what is recorded of memory', () => {
  test('is of the versions of today', () => {
    const versions = Object.entries(MEASURED).map(([name, [version]]) => [name, version]);
    const current = Object.entries(currentValues()).map(([name, { version }]) => [name, version]);
    expect(versions).toEqual(current);
  });

  test('is enough for the bits of the whole history', () => {
    const markets = measuredMarkets(false);
    const short = catalogue.filter((definition) => {
      const [, memory] = MEASURED[definition.name] ?? ['', null];
      return markets.some((market) => !memorySuffices(definition, memory, market));
    });
    expect(short.map(({ name }) => name)).toEqual([]);
  }, 240_000);
});
