// A backtest knows of a later split by nothing: on the market as it stood on its last day it deals the same amounts of money.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backtest } from '../../../core/backtest/backtest.ts';
import { barsAsOf } from '../../support/bars-as-of.ts';
import type { BarTable } from '../../../core/data/bars.ts';
import { randomMarket, randomScores, scoresOf } from '../../unit/backtest/make-market.ts';

/** The market as it is seen when a split of each code has come since: all its prices scaled, volumes inversely. */
function splitLater(bars: ReturnType<typeof randomMarket>, ratios: readonly number[]): BarTable {
  const factor = new Float64Array(bars.close.length);
  for (let code = 0; code < bars.codes.length; code++)
    factor.fill(1 / ratios[code % ratios.length], bars.offsets[code], bars.offsets[code + 1]);
  const scaled = (column: Float64Array): Float64Array => column.map((value, i) => value * factor[i]);
  return {
    ...bars,
    sectors: bars.codes.map(() => null),
    open: scaled(bars.open),
    high: scaled(bars.close),
    low: scaled(bars.close),
    close: scaled(bars.close),
    volume: bars.volume.map((value, i) => value / factor[i]),
    factor,
  };
}

test('amounts of a backtest are those that the market of the day gives', () => {
  const ratios = fc.array(fc.constantFrom(0.1, 0.2, 0.5, 1, 2, 3, 10), { minLength: 3, maxLength: 7 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), ratios, (seed, split) => {
      const traded = randomMarket(seed);
      fc.pre(traded.codes.every((_, code) => traded.offsets[code + 1] > traded.offsets[code])); // as in every dataset
      const seen = splitLater(traded, split);
      const input = {
        predictions: scoresOf(randomScores(seed), 2),
        rule: { kind: 'long-short' as const, horizon: 2, rebalance: 'sleeves' as const, groups: 3, gross: 1 },
        costs: { commission: 2, halfSpread: 5, impact: 1, borrow: 50, delistingHaircut: 0.3 },
        capital: 5000,
        draws: 1,
      };
      const [last] = seen.days.slice(-1);
      const then = backtest({ ...input, bars: barsAsOf(seen, last) });
      const now = backtest({ ...input, bars: seen });
      for (const name of ['equity', 'traded', 'long', 'short'] as const)
        for (let i = 0; i < now.series[name].length; i++)
          expect(Math.abs(now.series[name][i] - then.series[name][i])).toBeLessThan(1e-9 * input.capital);
    }),
    { numRuns: 30 },
  );
});
