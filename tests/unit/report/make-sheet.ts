// Owns a complete tear sheet input made from a seeded market, so that every section has something real to show.
import { toEpochDay } from '../../../core/base/clock.ts';
import { backtest } from '../../../core/backtest/backtest.ts';
import type { Rule } from '../../../core/backtest/rules.ts';
import { Random } from '../../../core/base/random.ts';
import type { BarTable } from '../../../core/data/bars.ts';
import { comparePaired } from '../../../core/evaluate/compare.ts';
import { evaluate } from '../../../core/evaluate/evaluate.ts';
import type { PredictionSet } from '../../../core/evaluate/predictions.ts';
import type { TearSheetInput } from '../../../core/report/input.ts';
import { ledgerEntry } from '../../../core/report/ledger.ts';

export interface SampleOptions {
  days?: number;
  stocks?: number;
  draws?: number;
  locale?: 'en' | 'ja';
  synthetic?: boolean;
  rule?: Rule;
  seed?: number;
}

const HORIZONS = [1, 2, 3, 5, 10] as const;
const DAY_VOLATILITY = 0.015;

/** Weekdays from 2016-01-04. */
function weekdays(count: number): Int32Array {
  const days: number[] = [];
  for (let day = toEpochDay('2016-01-04'); days.length < count; day++) {
    const weekday = new Date(day * 86_400_000).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(day);
  }
  return Int32Array.from(days);
}

function makeBars(days: number, stocks: number, random: Random): BarTable {
  const market = Array.from({ length: days }, () => 0.0003 + 0.008 * random.normal());
  const open: number[] = [];
  const close: number[] = [];
  const volume: number[] = [];
  for (let stock = 0; stock < stocks; stock++) {
    let price = 20 + 180 * random.uniform();
    for (let day = 0; day < days; day++) {
      open.push(price * Math.exp(0.004 * random.normal()));
      price *= Math.exp(market[day] + DAY_VOLATILITY * random.normal());
      close.push(price);
      volume.push(2e4 * (0.5 + random.uniform()));
    }
  }
  return {
    codes: Array.from({ length: stocks }, (_, stock) => `S${String(stock).padStart(4, '0')}`),
    sectors: Array.from({ length: stocks }, () => null),
    days: weekdays(days),
    offsets: Int32Array.from({ length: stocks + 1 }, (_, stock) => stock * days),
    dayIndex: Int32Array.from({ length: stocks * days }, (_, row) => row % days),
    open: Float64Array.from(open),
    high: Float64Array.from(open, (value, i) => Math.max(value, close[i])),
    low: Float64Array.from(open, (value, i) => Math.min(value, close[i])),
    close: Float64Array.from(close),
    volume: Float64Array.from(volume),
  };
}

/** Forecasts that hold a little of the return to come, with the quantiles of a normal. */
function forecast(bars: BarTable, skill: number, random: Random): PredictionSet {
  const days = bars.days.length;
  const stocks = bars.codes.length;
  const rows = days * stocks;
  const predicted = new Float32Array(rows * HORIZONS.length * 3);
  const realised = new Float32Array(rows * HORIZONS.length).fill(Number.NaN);
  for (let day = 0; day < days; day++)
    for (let stock = 0; stock < stocks; stock++) {
      const row = day * stocks + stock;
      const at = stock * days + day;
      const noise = random.normal();
      HORIZONS.forEach((horizon, h) => {
        const known = day + 1 + horizon < days;
        const outcome = known ? bars.close[at + 1 + horizon] / bars.close[at + 1] - 1 : 0;
        if (known) realised[row * HORIZONS.length + h] = outcome;
        const scale = DAY_VOLATILITY * Math.sqrt(horizon);
        const score = skill * (skill * outcome + scale * (0.9 * noise + 0.4 * random.normal()));
        const width = 1.2816 * scale * (0.85 + 0.5 * random.uniform());
        predicted.set([score - width, score, score + width], (row * HORIZONS.length + h) * 3);
      });
    }
  return {
    days: bars.days,
    dayOffsets: Int32Array.from({ length: days + 1 }, (_, day) => day * stocks),
    stock: Int32Array.from({ length: rows }, (_, row) => row % stocks),
    codes: bars.codes,
    horizons: [...HORIZONS],
    quantiles: [0.1, 0.5, 0.9],
    predicted,
    realised,
  };
}

export function sampleSheet(options: SampleOptions = {}): TearSheetInput {
  const { days = 90, stocks = 40, draws = 100, locale = 'en', synthetic = true, seed = 1 } = options;
  const bars = makeBars(days, stocks, new Random(seed, 1));
  const skills = [0.015, 0.03, 0.045, 0.046, 0.05];
  const names = ['phase0_baseline', 'phase1_adaptive_norm', 'phase2_gat', 'phase3_augmentation', 'phase4_finetune'];
  const sets = skills.map((skill) => forecast(bars, skill, new Random(seed, 2)));
  const evaluations = sets.map((set) => evaluate(set, { draws }));
  const ridge = forecast(bars, 0.02, new Random(seed, 3));
  return {
    locale,
    title: locale === 'ja' ? 'ATFT-GAT-FAN、全フェーズ' : 'ATFT-GAT-FAN, all phases',
    dataset: { name: 'demo-market', synthetic, survivorship: synthetic ? 'free' : 'biased' },
    model: 'atft-gat-fan, hidden 64',
    split: [
      [
        { name: 'train', from: '2012-01-02', to: '2014-11-28' },
        { name: 'embargo', from: '2014-11-29', to: '2014-12-26' },
        { name: 'valid', from: '2014-12-29', to: '2015-12-04' },
        { name: 'embargo', from: '2015-12-05', to: '2016-01-01' },
        { name: 'test', from: '2016-01-04', to: '2017-12-29' },
      ],
    ],
    created: '2018-01-15 09:30',
    evaluation: evaluations[4],
    backtest: backtest({
      predictions: sets[4],
      bars,
      draws,
      trials: { count: 12 },
      ...(options.rule && { rule: options.rule }),
    }),
    ledger: [
      ...evaluations.map((evaluation, i) =>
        ledgerEntry(names[i], evaluation.overall, {
          parent: i === 0 ? null : names[i - 1],
          added: i === 0 ? null : comparePaired(sets[i], sets[i - 1], 'rankIc', { draws }),
          carried: i === 4 ? null : i !== 3,
        }),
      ),
      ledgerEntry('ridge', evaluate(ridge, { draws }).overall, { kind: 'baseline' }),
    ],
    config:
      'data:\n  name: demo-market\n  horizons: [1, 2, 3, 5, 10]\nmodel:\n  name: atft-gat-fan\n  hidden_size: 64\ntrain:\n  max_epochs: 30\n  patience: 9\n  seed: 42\n',
    lineage: [
      ['data', 'sha256:6b1f0c2f9a8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817060504'],
      ['features', 'sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9'],
      ['checkpoint', 'phase4_best.onnx'],
      ['code', 'phasor 0.1.0'],
    ],
  };
}
