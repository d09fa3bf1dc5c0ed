// The same weights, bit for bit, however many threads the engine uses.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { ADAMW_DEFAULTS } from '../../core/nn/optimiser.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { anchorFeed, modelFeeds, noiseFeeds, targetFeeds } from '../../core/train/feeds.ts';
import { Stepper, type StepperState } from '../../core/train/stepper.ts';
import { buildSmallPanel, FEW_FEATURES, phases } from '../support/training.ts';
import { coreNames } from '../support/feature-names.ts';

async function trained(panel: string, hidden: number, steps: number, threads: number): Promise<StepperState> {
  const [{ config }] = phases(['phase2_gat'], [`model.hidden_size=${hidden}`]);
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
  for (let step = 0; step < steps; step++) {
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

// Beside the usual: fewer stocks than hidden units with many features, and sizes that two threads cannot halve evenly.
test.each([
  { stocks: 128, hidden: 32, features: FEW_FEATURES, steps: 50 },
  { stocks: 46, hidden: 64, features: coreNames, steps: 12 },
  { stocks: 40, hidden: 128, features: FEW_FEATURES, steps: 6 },
  { stocks: 333, hidden: 40, features: FEW_FEATURES.slice(0, 5), steps: 6 },
])(
  'one and two threads give bitwise equal weights and moments after $steps steps of the whole model, $stocks stocks, hidden $hidden',
  async ({ stocks, hidden, features, steps }) => {
    const { folder } = await buildSmallPanel({ stocks, days: 125 }, features);
    const [one, two] = [await trained(folder, hidden, steps, 1), await trained(folder, hidden, steps, 2)];
    expect(one.updates).toBe(steps);
    for (const part of ['weights', 'firstMoment', 'secondMoment'] as const)
      expect(Buffer.from(one[part].buffer).equals(Buffer.from(two[part].buffer)), part).toBe(true);
  },
);
