// The same weights, bit for bit, however many threads the engine uses.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { ADAMW_DEFAULTS } from '../../core/nn/optimiser.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { anchorFeed, modelFeeds, noiseFeeds, targetFeeds } from '../../core/train/feeds.ts';
import { Stepper, type StepperState } from '../../core/train/stepper.ts';
import { buildSmallPanel, phases } from '../support/training.ts';

const STEPS = 50;

async function trained(panel: string, threads: number): Promise<StepperState> {
  const [{ config }] = phases(['phase2_gat'], ['model.hidden_size=32']);
  const reader = PanelReader.open(panel);
  const { features, horizons, graph } = reader.manifest;
  const stepper = await Stepper.create(
    onnxCpuEngine({ threads }),
    config.model,
    { features: features.length, horizons: horizons.length, neighbours: graph.k },
    {
      optimiser: ADAMW_DEFAULTS,
      lossWeights: config.train.loss,
      horizonWeights: config.train.horizon_weights,
      accumulation: 1,
    },
  );
  await stepper.start(stepper.layout.initialise(1));
  for (let step = 0; step < STEPS; step++) {
    const batch = reader.readBatch(100 + (step % 20), config.model.sequence_length);
    const { finite } = await stepper.step(
      {
        ...modelFeeds(batch),
        ...targetFeeds(batch, [0.01, 0.015, 0.02, 0.03, 0.04]),
        anchors: anchorFeed(batch.size, new Random(1, step)),
        ...noiseFeeds(stepper.noise, batch.size, 1, step),
      },
      1e-3,
    );
    expect(finite).toBe(true);
  }
  const state = await stepper.state();
  await stepper.dispose();
  reader.close();
  return state;
}

test('one and two threads give bitwise equal weights and moments after 50 steps of the whole model', async () => {
  const { folder } = await buildSmallPanel({ stocks: 128, days: 140 });
  const [one, two] = [await trained(folder, 1), await trained(folder, 2)];
  expect(one.updates).toBe(STEPS);
  for (const part of ['weights', 'firstMoment', 'secondMoment'] as const)
    expect(Buffer.from(one[part].buffer).equals(Buffer.from(two[part].buffer)), part).toBe(true);
});
