// What training learns: a stated share of what can be known in a market with a planted signal, and nothing where there is none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { SyntheticMarket } from '../../core/data/synthetic.ts';
import { readPredictions } from '../../core/evaluate/predictions-file.node.ts';
import { partMetrics } from '../../core/train/part-metrics.ts';
import { runTraining } from '../../core/train/run.node.ts';
import { oraclePredictions } from '../support/oracle.ts';
import { buildSmallPanel, oneThread, phases, recorder, temporaryFolder } from '../support/training.ts';

/**
 * Of the oracle's RankIC, on days that the model has not seen. Over markets of seeds 1 to 8 these settings reached 0.40 to 0.52,
 * and a ridge regression on the same features 0.41 to 0.53.
 */
const SHARE = 0.35;

const FEATURES = [
  ...['return_1', 'return_2', 'return_5', 'return_10', 'sector_relative_return_1', 'sector_relative_return_5'],
  ...['peer_relative_return_5', 'peer_relative_return_20', 'peer_return_mean_1', 'peer_return_mean_5'],
  ...['peer_return_mean_20', 'obv_change_20', 'price_volume_correlation_20', 'volume_ratio_5'],
];
const PHASES = phases(
  ['phase0_baseline'],
  [
    'model.hidden_size=16',
    'model.sequence_length=5',
    'model.fan.windows=[5]',
    'train.max_epochs=3',
    'train.learning_rate=3e-3',
    'data.split.train_fraction=0.5',
    'data.split.valid_fraction=0.15',
  ],
);

let market: SyntheticMarket;
let panel: string;
beforeAll(async () => {
  ({ market, folder: panel } = await buildSmallPanel({ stocks: 100, days: 700, signalStrength: 4, seed: 2 }, FEATURES));
});

interface Interval {
  value: number;
  low: number;
  high: number;
}

async function trained(shuffleTargets: boolean) {
  const folder = temporaryFolder('run');
  await runTraining({ run: 'run', panel, folder, phases: PHASES, shuffleTargets }, recorder(), oneThread);
  const metrics = JSON.parse(readFileSync(join(folder, 'phase0_metrics.json'), 'utf8')) as {
    test: { RankIC: Interval };
  };
  return { rankIc: metrics.test.RankIC, set: readPredictions(join(folder, 'predictions', 'phase0_baseline')) };
}

test(`a trained model finds at least ${SHARE} of what the oracle knows, and surely more than nothing`, async () => {
  const { rankIc, set } = await trained(false);
  const weights = PHASES[0].config.train.horizon_weights;
  const of = async (predictions: typeof set): Promise<number> => (await partMetrics(predictions, weights, 20)).rankIc;
  const [oracle, found] = [await of(oraclePredictions(set, market)), await of(set)];
  expect(oracle).toBeGreaterThan(0.25);
  expect(found / oracle).toBeGreaterThan(SHARE);
  expect(found).toBeLessThan(oracle);
  expect(rankIc.low).toBeGreaterThan(0.05);
});

test('with the targets dealt out at random the same training finds nothing: the interval contains zero', async () => {
  const { rankIc, set } = await trained(true);
  expect(rankIc.low).toBeLessThan(0);
  expect(rankIc.high).toBeGreaterThan(0);
  // The figures are narrow enough to mean it, and the model did predict something.
  expect(rankIc.high - rankIc.low).toBeLessThan(0.06);
  expect(new Set(set.predicted).size).toBeGreaterThan(1000);
});
