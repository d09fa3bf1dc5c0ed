// Rolling figures look back only: what happens later, and forecasts whose outcome is not known yet, move no earlier value.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rollingRankIc, rollingSharpe } from '../../../core/backtest/rolling.ts';
import { sharpeRatio } from '../../../core/backtest/statistics.ts';
import { targetReach } from '../../../core/data/target-window.ts';

const WINDOW = 8;
const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 20, maxLength: 40 });
const equityOf = (changes: readonly number[]): number[] => {
  const equity = [100];
  for (const change of changes) equity.push(equity[equity.length - 1] * (1 + change));
  return equity;
};

test('a rolling Sharpe ratio is that of its window, whatever comes after', () => {
  fc.assert(
    fc.property(returns, fc.nat(19), (changes, day) => {
      const equity = equityOf(changes);
      const rolling = rollingSharpe(equity, 252, WINDOW);
      const later = equity.map((value, t) => (t > day ? value * (1 + t / 7) : value));
      expect(rollingSharpe(later, 252, WINDOW).slice(0, day + 1)).toEqual(rolling.slice(0, day + 1));
      const own = day < WINDOW ? null : sharpeRatio(equity.slice(day - WINDOW, day + 1), 252);
      expect(rolling[day]).toEqual(own ?? Number.NaN);
    }),
  );
});

test('a rolling RankIC knows no outcome that lies after its day', () => {
  const calendar = Int32Array.from({ length: 60 }, (_, i) => 18_000 + i + 2 * Math.floor(i / 5)); // weekends left out
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(Number.NaN)), {
        minLength: 50,
        maxLength: 50,
      }),
      fc.constantFrom(1, 2, 5, 10),
      fc.integer({ min: 0, max: 49 }),
      (values, horizon, day) => {
        const days = calendar.slice(10);
        const rolling = (of: number[]): Float64Array =>
          rollingRankIc({ days, values: Float64Array.from(of), horizon }, calendar, 10, 50, WINDOW);
        const whole = rolling(values);
        // Forecasts of `day - reach` and before are known; all others may yet turn out in any way.
        const known = day - targetReach(horizon);
        const other = rolling(values.map((value, t) => (t > known ? 5 - t : value)));
        expect(other.slice(0, day + 1)).toEqual(whole.slice(0, day + 1));
        if (known < WINDOW - 1) expect(whole[day]).toBeNaN();
        else {
          const window = values.slice(known - WINDOW + 1, known + 1).filter((value) => !Number.isNaN(value));
          if (window.length === 0) expect(whole[day]).toBeNaN();
          else expect(whole[day]).toBeCloseTo(window.reduce((sum, value) => sum + value, 0) / window.length, 12);
        }
      },
    ),
  );
});
