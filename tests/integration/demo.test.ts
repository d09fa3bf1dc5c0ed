// The demo, as a newcomer runs it: from CSV to tear sheet; what it finds of the planted signal, and that it finds nothing in noise.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readEvaluatedPredictions } from '../../core/app/evaluation-file.node.ts';
import { silentLog } from '../../core/base/log.ts';
import { readStoredConfig } from '../../core/config/stored.node.ts';
import type { RunDetail } from '../../core/contract/views.ts';
import { HORIZONS } from '../../core/data/horizons.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { evaluate } from '../../core/evaluate/evaluate.ts';
import type { PredictionSet } from '../../core/evaluate/predictions.ts';
import { readPredictions } from '../../core/evaluate/predictions-file.node.ts';
import { runTraining } from '../../core/train/run.node.ts';
import { MARKET } from '../../main/node/commands/demo.ts';
import { runCli } from '../support/cli.ts';
import { oneThread, recorder, temporaryFolder } from '../support/training.ts';

const SEED = 1;
/** Least share of the oracle's RankIC that the run's final model recovers out of sample. */
const LEAST_SHARE = 0.3;

const workspace = join(temporaryFolder('demo'), 'workspace');
let demo: {
  checkpoint: string;
  report: string;
  synthetic: boolean;
  ledger: { label: string; rankIc: { low: number } }[];
};
let detail: RunDetail;

beforeAll(async () => {
  const { code, stdout, stderr } = await runCli(workspace, ['demo', '--seed', String(SEED), '--json']);
  expect(code, stderr + stdout).toBe(0);
  demo = JSON.parse(stdout);
  const shown = await runCli(workspace, ['runs', 'show', JSON.parse(stdout).run, '--json']);
  detail = JSON.parse(shown.stdout) as RunDetail;
}, 900_000);

/** What knows the market's drift says about the rows that the model was asked about. */
function oracleOn(asked: PredictionSet): PredictionSet {
  const { bars, expected } = syntheticMarket({ ...MARKET, seed: SEED });
  const rowOf = new Map<string, number>();
  for (let c = 0; c < bars.codes.length; c++)
    for (let row = bars.offsets[c]; row < bars.offsets[c + 1]; row++)
      rowOf.set(`${bars.codes[c]} ${bars.days[bars.dayIndex[row]]}`, row);
  const predicted = new Float32Array(asked.stock.length * HORIZONS.length);
  for (let d = 0; d < asked.days.length; d++)
    for (let i = asked.dayOffsets[d]; i < asked.dayOffsets[d + 1]; i++) {
      const row = rowOf.get(`${asked.codes[asked.stock[i]]} ${asked.days[d]}`)!;
      for (let h = 0; h < HORIZONS.length; h++) predicted[i * HORIZONS.length + h] = expected[h][row];
    }
  return { ...asked, quantiles: [0.5], predicted };
}

test('it ends with a ledger of five phases beside the baseline and an offline report, all of it labelled synthetic', () => {
  expect(demo.synthetic).toBe(true);
  expect(demo.ledger.map(({ label }) => label.replace(/_.*/, ''))).toEqual([
    'phase0',
    'phase1',
    'phase2',
    'phase3',
    'phase4',
    'ridge',
  ]);
  const report = readFileSync(demo.report, 'utf8');
  expect(report).toContain('Synthetic data');
  expect(report).not.toMatch(/(?:src|href)="https?:/);
});

test(`the model that the run ends with recovers at least ${LEAST_SHARE * 100} % of the oracle's RankIC, beyond chance`, () => {
  const own = detail.evaluations.find(({ checkpointId }) => checkpointId === demo.checkpoint)!;
  const oracle = evaluate(oracleOn(readEvaluatedPredictions(join(workspace, own.folder!)))).overall.rankIc;
  expect(oracle.value).toBeGreaterThan(0.1);
  expect(own.overall.rankIc.low).toBeGreaterThan(0);
  expect(own.overall.rankIc.value! / oracle.value!).toBeGreaterThan(LEAST_SHARE);
});

test('with shuffled targets it finds nothing: the interval holds zero', { timeout: 300_000 }, async () => {
  const [phase] = detail.phases;
  const panel = JSON.parse(
    readFileSync(join(workspace, detail.run.folder, phase.phase, 'best', 'checkpoint.json'), 'utf8'),
  );
  const result = await runTraining(
    {
      run: 'shuffled',
      panel: join(workspace, 'panels', panel.lineage.panel),
      folder: temporaryFolder('shuffled'),
      phases: [{ name: phase.phase, config: readStoredConfig(phase.config, phase.phase, silentLog) }],
      shuffleTargets: true,
    },
    recorder(),
    oneThread,
  );
  for (const label of [phase.phase, 'ridge']) {
    const { low, high } = evaluate(readPredictions(result.predictions[label])).overall.rankIc;
    expect(low, label).toBeLessThan(0);
    expect(high, label).toBeGreaterThan(0);
  }
});
