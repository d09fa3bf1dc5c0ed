// Each guard of a running phase, tripped by a real phase on a real panel.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import { hashBytes } from '../../core/base/hash.node.ts';
import { readNpy, writeNpy } from '../../core/data/npy.node.ts';
import type { Engine, Executable } from '../../core/runtime/executor.ts';
import { layoutOf, traceStep } from '../../core/models/trace.ts';
import { ADAMW_DEFAULTS } from '../../core/nn/optimiser.ts';
import { estimatePeakBytes } from '../../core/runtime/memory.ts';
import { readCheckpoint } from '../../core/train/checkpoint.node.ts';
import { type PhaseOptions, trainPhase } from '../../core/train/phase.node.ts';
import { memoryBudget } from '../../core/train/preflight.node.ts';
import type { PhaseResult } from '../../core/train/spec.ts';
import {
  buildSmallPanel,
  oneThread,
  phaseOptions,
  phases,
  type Recorder,
  recorder,
  temporaryFolder,
  TINY_MODEL,
} from '../support/training.ts';

const SHAPE = { stocks: 24, days: 200 };
let panel: string;
beforeAll(async () => {
  ({ folder: panel } = await buildSmallPanel(SHAPE));
});

const phase = (name: string, ...overrides: string[]) => phases([name], [...TINY_MODEL, ...overrides])[0];

async function train(
  of: string,
  what: { name: string; config: PhaseOptions['config'] },
  rest: Partial<PhaseOptions> = {},
): Promise<{ result: PhaseResult; folder: string; said: Recorder }> {
  const said = (rest.context as Recorder | undefined) ?? recorder();
  const options = await phaseOptions(of, what, { ...rest, context: said });
  try {
    return { result: await trainPhase(options), folder: options.folder, said };
  } finally {
    options.close();
  }
}

/** A panel of its own whose features have been rewritten; its manifest says so. */
async function panelWith(rewrite: (features: Float32Array, width: number, dayOffsets: Int32Array) => void) {
  const { folder } = await buildSmallPanel(SHAPE);
  const path = join(folder, 'features.npy');
  const { values, shape } = readNpy(path);
  rewrite(values as Float32Array, shape[1], readNpy(join(folder, 'day_offsets.npy')).values as Int32Array);
  writeNpy(path, values, shape);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const bytes = readFileSync(path);
  manifest.files['features.npy'] = { bytes: bytes.length, sha256: hashBytes(bytes) };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

const codes = ({ alarms }: PhaseResult): string[] => alarms.map(({ code }) => code);

test('graph attention behind a closed gate is reported dead, layer by layer, and nothing else is', async () => {
  const patience = 'train.guards.dead_patience=20';
  const closed = await train(panel, phase('phase2_gat', patience, 'model.gat.gate_init=-40', 'train.max_epochs=1'));
  expect(closed.result.alarms.map(({ code, detail }) => `${code} ${detail.split(':')[0]}`)).toEqual([
    'dead-branch gat0',
    'dead-branch gat1',
  ]);
  expect(closed.result.alarms[0]).toMatchObject({ phase: 'phase2_gat', step: 20 });
  expect(closed.said.logged.filter(({ level }) => level === 'warn')).toHaveLength(2);
  const open = await train(panel, phase('phase2_gat', patience, 'train.max_epochs=1'));
  expect(open.result.alarms).toEqual([]);
  // The norms are on record for every module, whether or not an alarm was raised.
  const { values } = open.said.measured[0];
  expect(values['gradient_norm.gat0']).toBeGreaterThan(1e-6);
});

test('predictions that do not differ between stocks are reported, and the phase still ends with a checkpoint', async () => {
  const blank = await panelWith((features) => features.fill(0));
  const flat = phase('phase0_baseline', 'train.guards.dead_patience=20', 'model.dropout=0', 'train.max_epochs=1');
  const { result, folder } = await train(blank, flat);
  expect(codes(result)).toContain('collapsed-spread');
  expect(result).toMatchObject({ outcome: 'finished', bestEpoch: 0, validation: { rankIc: Number.NaN } });
  expect((await readCheckpoint(join(folder, 'best'))).manifest.metrics.rankIc).toBeNull();
  // Against a parent it counts as worse than any figure.
  const after = await train(blank, flat, { parentRankIc: -1 });
  expect(after.result.verdict).toBe('carried_parent');
});

test('a loss that is never finite again: back to the last good step, half the rate, then the phase stops as diverged', async () => {
  const bad = await panelWith((features, width, dayOffsets) => {
    features.fill(Number.NaN, dayOffsets[90] * width, (dayOffsets[90] + 1) * width);
  });
  const what = phase('phase0_baseline', 'train.guards.nonfinite_retries=2');
  const { result, folder } = await train(bad, what);
  expect(result.outcome).toBe('diverged');
  expect(codes(result)).toEqual(['non-finite', 'non-finite', 'non-finite']);
  expect(result.alarms[1].detail).toContain('0.25');
  const { manifest, state } = await readCheckpoint(join(folder, 'last'));
  expect(manifest.progress).toMatchObject({ learningRateScale: 0.25, retries: 2 });
  expect(manifest.updates).toBe(manifest.batch);
  expect(state.weights.every(Number.isFinite)).toBe(true);
  expect(existsSync(join(folder, 'best'))).toBe(false);

  // The last good step is that of a run which stopped just before.
  let rested = 0;
  const before = await train(bad, what, { context: recorder(() => ++rested > manifest.batch) });
  expect(before.result.outcome).toBe('stopped');
  const good = await readCheckpoint(join(before.folder, 'last'));
  expect(state.weights).toEqual(good.state.weights);
  expect(state.secondMoment).toEqual(good.state.secondMoment);

  // Going on does not help, and does not start from scratch either.
  const again = await train(bad, what, { folder, resume: true });
  expect(again.result).toMatchObject({ outcome: 'diverged', steps: manifest.updates });
});

/** An engine that loses the losses of some runs of the training step, as a card with a fault does. */
function faultyEngine(engine: Engine, isFaulty: (run: number) => boolean): Engine {
  return {
    name: engine.name,
    compile: async (outputs, options) => {
      const sound = await engine.compile(outputs, options);
      if (options.name !== 'training-step') return sound;
      let runs = 0;
      const faulty: Executable = {
        engine: sound.engine,
        setState: (input, value) => sound.setState(input, value),
        getState: (input) => sound.getState(input),
        accept: () => sound.accept(),
        dispose: () => sound.dispose(),
        run: async (feeds) => {
          const found = await sound.run(feeds);
          if (!isFaulty(runs++)) return found;
          const losses = found.losses.data.slice().fill(Number.NaN as never) as Float32Array;
          return { ...found, losses: { ...found.losses, data: losses } };
        },
      };
      return faulty;
    },
  };
}

test('a loss that is finite on the second try: the same batch again at half the rate, and on', async () => {
  const what = phase('phase0_baseline', 'train.max_epochs=1', 'train.accumulation=2');
  const { result, folder, said } = await train(panel, what, {
    engine: faultyEngine(await oneThread(), (run) => run === 11),
  });
  expect(result.outcome).toBe('finished');
  expect(codes(result)).toEqual(['non-finite']);
  const { manifest } = await readCheckpoint(join(folder, 'last'));
  expect(manifest.progress).toMatchObject({ learningRateScale: 0.5, retries: 1 });
  // Nothing was lost: as many updates as without the fault, half of them gathered from two batches each.
  const total = said.progressed.find(({ stage }) => stage === 'phase0_baseline epoch 1/1')!.total;
  expect(result.steps).toBe(Math.floor(total / 2));
  const sound = await train(panel, what);
  expect(result.steps).toBe(sound.result.steps);
  expect(manifest.progress.lossSums.every(Number.isFinite)).toBe(true);
});

/** Estimated bytes of a step of the given phase with all stocks of the panel. */
function stepBytes({ config }: ReturnType<typeof phase>, stocks: number): number {
  const shape = { features: panelManifest().features.length, horizons: 5, neighbours: 20 };
  const traced = traceStep(config.model, shape, layoutOf(config.model, shape), {
    optimiser: ADAMW_DEFAULTS,
    lossWeights: config.train.loss,
    horizonWeights: config.train.horizon_weights,
    accumulation: 1,
  });
  return estimatePeakBytes(Object.values(traced.outputs), { N: stocks, A: stocks });
}
const panelManifest = () => JSON.parse(readFileSync(join(panel, 'manifest.json'), 'utf8'));

test('too little memory: smaller batches, more of them an update, said in the result; and kept on resuming', async () => {
  const least = ['train.min_nodes_per_day=5', 'train.max_epochs=1'];
  const roomy = phase('phase2_gat', ...least);
  // Between what half of the stocks and what all of them take.
  const bytes = (stepBytes(roomy, 12) + stepBytes(roomy, SHAPE.stocks)) / 2;
  const tight = phase('phase2_gat', ...least, `train.guards.memory_fraction=${bytes / memoryBudget(1)}`);
  let rested = 0;
  const { result, folder } = await train(panel, tight, { context: recorder(() => ++rested > 30) });
  expect(result.outcome).toBe('stopped');
  expect(codes(result)).toEqual(['smaller-batches']);
  expect(result.alarms[0].detail).toContain('batches of 12 stocks, 2 to an update');
  const { manifest } = await readCheckpoint(join(folder, 'last'));
  expect(manifest).toMatchObject({ batch: 30, updates: 15, progress: { maxBatchSize: 12, accumulation: 2 } });

  // With more memory the same run still sees the same batches: to the bit what it would have been.
  const resumed = await train(panel, roomy, { folder, resume: true });
  expect(codes(resumed.result)).toEqual(['smaller-batches']);
  const straight = await train(panel, tight);
  const weights = [folder, straight.folder].map((run) => readFileSync(join(run, 'last', 'weights.npy')));
  expect(weights[0].equals(weights[1])).toBe(true);
});

test('no batch fits the memory: an error before anything is written', async () => {
  const folder = temporaryFolder('memory');
  await expect(train(panel, phase('phase0_baseline', 'train.guards.memory_fraction=1e-9'), { folder })).rejects.toThrow(
    expect.objectContaining({ code: 'resource/step-too-large' }),
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('too little disk: an error before the first step', async () => {
  const folder = temporaryFolder('disk');
  const said = recorder();
  await expect(
    train(panel, phase('phase0_baseline', 'train.guards.min_free_disk_mb=1e12'), { folder, context: said }),
  ).rejects.toThrow(expect.objectContaining({ code: 'resource/disk-full' }));
  expect(readdirSync(folder)).toEqual([]);
  expect(said.measured).toEqual([]);
});

test('a disk that fills up while training: the last checkpoint stays whole, and the run goes on from it', async () => {
  const folder = temporaryFolder('disk');
  const what = phase('phase0_baseline');
  const filling = structuredClone(what);
  // From the first epoch's checkpoints on, more is wanted than any disk has.
  const said = recorder((made) => {
    if (made.checkpoints.length === 2) filling.config.train.guards.min_free_disk_mb = 1e12;
    return false;
  });
  await expect(train(panel, filling, { folder, context: said })).rejects.toThrow(
    expect.objectContaining({ code: 'resource/disk-full' }),
  );
  expect(readdirSync(folder).sort()).toEqual(['best', 'last']);
  expect((await readCheckpoint(join(folder, 'last'))).manifest.epoch).toBe(1);
  const resumed = await train(panel, what, { folder, resume: true });
  const straight = await train(panel, what);
  expect(resumed.result.validation).toEqual(straight.result.validation);
});

/** Time that passes only when something happens. */
function manualClock(): Clock & { advance(ms: number): void } {
  let now = 1_000_000;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** An engine whose every step takes `ms` of the clock. */
const slowEngine = (engine: Engine, tick: () => void): Engine => ({
  name: engine.name,
  compile: async (outputs, options) => {
    const executable = await engine.compile(outputs, options);
    return {
      engine: executable.engine,
      setState: (input, value) => executable.setState(input, value),
      getState: (input) => executable.getState(input),
      accept: () => executable.accept(),
      dispose: () => executable.dispose(),
      run: (feeds) => {
        tick();
        return executable.run(feeds);
      },
    };
  },
});

test('a step that takes minutes is reported as a stall, a pause is not', async () => {
  const clock = manualClock();
  let steps = 0;
  let paused = 0;
  const said = recorder();
  const { result } = await train(panel, phase('phase0_baseline', 'train.max_epochs=1'), {
    clock,
    engine: slowEngine(await oneThread(), () => clock.advance(++steps === 15 ? 150_000 : 10)),
    context: Object.assign(said, {
      secret: null,
      request: () => {},
      whenRunning: async () => {
        if (++paused === 8) clock.advance(3_600_000);
      },
    }),
  });
  expect(result.alarms).toEqual([
    { code: 'stalled', phase: 'phase0_baseline', step: 15, detail: 'no step has ended for 150 s' },
  ]);
  expect(result.seconds).toBeGreaterThan(3_750);
});

test.each([40, 700, 1_900])(
  'progress comes at least every 2 s of steps that take %i ms, and not at every step',
  async (ms) => {
    const clock = manualClock();
    const at: { stage: string; time: number; done: number; total: number }[] = [];
    const said = recorder();
    await train(panel, phase('phase0_baseline', 'train.max_epochs=1'), {
      clock,
      engine: slowEngine(await oneThread(), () => clock.advance(ms)),
      context: Object.assign(said, {
        progress: ({ stage, done, total }: { stage: string; done: number; total: number }) => {
          at.push({ stage, time: clock.now(), done, total });
        },
      }),
    });
    const gaps = at.slice(1).map(({ time }, i) => time - at[i].time);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2_000);
    // Closer than a second only where a stage ended.
    const close = gaps.filter((gap, i) => gap < 1_000 && at[i + 1].done < at[i + 1].total && at[i].done < at[i].total);
    expect(close).toEqual([]);
    for (const stage of new Set(at.map((report) => report.stage)))
      expect(at.findLast((report) => report.stage === stage)).toMatchObject({
        done: at.find((r) => r.stage === stage)!.total,
      });
  },
);

test('a phase that ended for want of improvement does not go on when it is asked to', async () => {
  const what = phase('phase0_baseline', 'train.max_epochs=12', 'train.patience=1', 'train.learning_rate=0.05');
  const { result, folder } = await train(panel, what);
  expect(result.epochs).toBe(result.bestEpoch + 2);
  expect(result.epochs).toBeLessThan(12);
  const again = await train(panel, what, { folder, resume: true });
  expect(again.said.measured).toEqual([]);
  expect({ ...again.result, seconds: 0 }).toEqual({ ...result, seconds: 0 });
});
