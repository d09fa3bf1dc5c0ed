// A checkpoint: its model runs alone, every damage is found, and a foreign or newer one is refused in words.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as ort from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import { Random } from '../../core/base/random.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { decodeModel } from '../../core/runtime/onnx-proto.ts';
import {
  type Checkpoint,
  readCheckpoint,
  readCheckpointManifest,
  requireSameInputs,
  writeCheckpoint,
} from '../../core/train/checkpoint.node.ts';
import { modelFeeds } from '../../core/train/feeds.ts';
import { ModelPredictor } from '../../core/train/predict.node.ts';
import { runTraining } from '../../core/train/run.node.ts';
import {
  buildSmallPanel,
  FEW_FEATURES,
  oneThread,
  phases,
  recorder,
  temporaryFolder,
  TINY_MODEL,
} from '../support/training.ts';

const PHASES = phases(['phase2_gat'], [...TINY_MODEL, 'train.max_epochs=1']);
let panel: string;
let run: string;
let best: string;
let checkpoint: Checkpoint;

beforeAll(async () => {
  ({ folder: panel } = await buildSmallPanel({ stocks: 24, days: 200 }));
  run = temporaryFolder('run');
  await runTraining({ run: 'seven', panel, folder: run, phases: PHASES }, recorder(), oneThread);
  best = join(run, 'phase2_gat', 'best');
  checkpoint = await readCheckpoint(best);
});

/** A copy of the checkpoint to spoil. */
function copy(): string {
  const folder = join(temporaryFolder('checkpoint'), 'best');
  cpSync(best, folder, { recursive: true });
  return folder;
}

async function refusal(folder: string): Promise<AppError> {
  const error = await readCheckpoint(folder).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

test('the model file runs alone in a plain session and says what the product says', async () => {
  const { manifest, layout, state } = checkpoint;
  const reader = PanelReader.open(panel);
  const { center, scale } = manifest.scaling;
  reader.useScaling({ center: Float32Array.from(center), scale: Float32Array.from(scale) });
  const predictor = await ModelPredictor.create(
    await oneThread(),
    manifest.config.model,
    manifest.shape,
    layout,
    manifest.scaling.targetScale,
  );
  await predictor.use(state.weights);
  // The file itself, by path, with no option of ours.
  const session = await ort.InferenceSession.create(join(best, 'model.onnx'));
  expect([...session.inputNames].sort()).toEqual(['edge_mask', 'edges', 'neighbours', 'x']);
  expect(session.outputNames).toEqual(['quantiles']);
  for (const day of [120, 199]) {
    const batch = reader.readBatch(day, manifest.config.model.sequence_length);
    expect(batch.size).toBeGreaterThan(15);
    const wanted = await predictor.predict(batch);
    const feeds = Object.fromEntries(
      Object.entries(modelFeeds(batch)).map(([name, { dtype, data, shape }]) => [
        name,
        dtype === 'i64'
          ? new ort.Tensor('int64', data as BigInt64Array, shape)
          : new ort.Tensor('float32', data as Float32Array, shape),
      ]),
    );
    const { quantiles } = await session.run(feeds);
    expect(quantiles.dims).toEqual([batch.size, 5, 3]);
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    wanted.forEach((value, i) => {
      expect(Math.abs(Number(quantiles.data[i]) - value)).toBeLessThan(1e-5 * largest);
    });
    // In units of returns: the outer quantiles of a ten-day return are a few per cent apart.
    expect(largest).toBeLessThan(1);
    expect(largest).toBeGreaterThan(1e-3);
  }
  await session.release();
  await predictor.dispose();
  reader.close();
});

test('the model file names and documents its inputs and outputs, and carries what a user of it needs', () => {
  const model = decodeModel(readFileSync(join(best, 'model.onnx')));
  expect(model.graph?.docString).toContain('phase2_gat of run seven');
  const values = [...(model.graph?.input ?? []), ...(model.graph?.output ?? [])];
  expect(values.map(({ name }) => name).sort()).toEqual(['edge_mask', 'edges', 'neighbours', 'quantiles', 'x']);
  for (const { name, docString } of values) expect(docString, name).toMatch(/^\[.*N.*\] /);
  expect(model.opsetImport?.map(({ domain }) => domain ?? '').filter((domain) => domain !== '')).toEqual([]);
  const metadata = Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key, value]));
  expect(JSON.parse(metadata.features!)).toEqual(FEW_FEATURES);
  expect(JSON.parse(metadata.horizons!)).toEqual([1, 2, 3, 5, 10]);
  expect(JSON.parse(metadata.quantiles!)).toEqual([0.1, 0.5, 0.9]);
  expect(JSON.parse(metadata.feature_scale!)).toEqual(checkpoint.manifest.scaling.scale);
  // The phase's exported model is the same file.
  expect(readFileSync(join(run, 'phase2_best.onnx')).equals(readFileSync(join(best, 'model.onnx')))).toBe(true);
});

test('what was written is what is read', async () => {
  const folder = join(temporaryFolder('again'), 'best');
  const { schema: _, files: __, updates: ___, gathered: ____, ...manifest } = checkpoint.manifest;
  await writeCheckpoint(folder, manifest, checkpoint.state);
  const again = await readCheckpoint(folder);
  expect(again.manifest).toEqual(checkpoint.manifest);
  expect(again.state).toEqual(checkpoint.state);
  expect(again.layout.parameters).toEqual(checkpoint.layout.parameters);
  for (const file of readdirSync(best))
    expect(readFileSync(join(folder, file)).equals(readFileSync(join(best, file))), file).toBe(true);
});

test('a byte that changed in any file is found, and the file is named', async () => {
  const files = readdirSync(best);
  expect(files).toContain('weights.npy');
  const random = new Random(3);
  for (const file of files)
    for (let trial = 0; trial < 4; trial++) {
      const folder = copy();
      const bytes = readFileSync(join(folder, file));
      if (bytes.length === 0) continue;
      const at = random.int(bytes.length);
      // Between a digit and its neighbour where there is one, so that damaged JSON is still JSON.
      bytes[at] ^= 1;
      writeFileSync(join(folder, file), bytes);
      const { code, params } = await refusal(folder);
      if (file === 'checkpoint.json') expect(['model/damaged-checkpoint', 'model/newer-checkpoint']).toContain(code);
      else expect([code, params.file]).toEqual(['model/damaged-checkpoint', file]);
      expect(params.folder).toBe(folder);
    }
});

test('a figure changed in the manifest is damage', async () => {
  const folder = copy();
  const path = join(folder, 'checkpoint.json');
  const text = readFileSync(path, 'utf8');
  const updates = `"updates": ${checkpoint.manifest.updates}`;
  expect(text).toContain(updates);
  writeFileSync(path, text.replace(updates, `"updates": ${checkpoint.manifest.updates + 1}`));
  expect((await refusal(folder)).params.file).toBe('checkpoint.json');
});

test('a file that is cut off, absent or longer is found', async () => {
  for (const file of readdirSync(best)) {
    const cut = copy();
    const bytes = readFileSync(join(cut, file));
    writeFileSync(join(cut, file), bytes.subarray(0, Math.floor(bytes.length / 2)));
    expect((await refusal(cut)).code, file).toBe('model/damaged-checkpoint');
    const longer = copy();
    writeFileSync(join(longer, file), Buffer.concat([bytes, Buffer.from('x')]));
    expect((await refusal(longer)).code, file).toBe('model/damaged-checkpoint');
    const absent = copy();
    rmSync(join(absent, file));
    expect((await refusal(absent)).code, file).toBe(
      file === 'checkpoint.json' ? 'model/not-a-checkpoint' : 'model/damaged-checkpoint',
    );
  }
});

test('a folder that is no checkpoint, and a manifest that is none', async () => {
  const folder = temporaryFolder('none');
  expect((await refusal(folder)).code).toBe('model/not-a-checkpoint');
  expect((await refusal(join(folder, 'nowhere'))).code).toBe('model/not-a-checkpoint');
  for (const text of ['', 'null', '[]', '7', '{}', '{"schema": 1}', '\u0000\u0001', '{"schema": "1"']) {
    writeFileSync(join(folder, 'checkpoint.json'), text);
    expect((await refusal(folder)).code, JSON.stringify(text)).toBe('model/damaged-checkpoint');
  }
  mkdirSync(join(folder, 'odd', 'checkpoint.json'), { recursive: true });
  expect((await refusal(join(folder, 'odd'))).code).toBe('model/damaged-checkpoint');
});

test('a checkpoint of a newer program asks for an update', async () => {
  const folder = copy();
  writeFileSync(join(folder, 'checkpoint.json'), JSON.stringify({ schema: 99, anything: 'else' }));
  const { code, params } = await refusal(folder);
  expect(code).toBe('model/newer-checkpoint');
  expect(params).toMatchObject({ found: 99, known: 1 });
});

test('inputs that are missing, unknown, in another order or of other horizons are named', () => {
  const { manifest } = checkpoint;
  const panelHas = { features: manifest.features, horizons: manifest.horizons };
  expect(() => requireSameInputs(best, manifest, panelHas)).not.toThrow();
  const problem = (change: Partial<typeof panelHas>): string => {
    try {
      requireSameInputs(best, manifest, { ...panelHas, ...change });
    } catch (error) {
      expect(error).toMatchObject({ code: 'model/foreign-checkpoint' });
      return String((error as AppError).params.problem);
    }
    return 'accepted';
  };
  expect(problem({ features: manifest.features.slice(1) })).toBe(`missing ${manifest.features[0]}`);
  expect(problem({ features: [...manifest.features, 'rsi_14'] })).toBe('unknown rsi_14');
  expect(problem({ features: [...manifest.features].reverse() })).toBe('features in another order');
  expect(problem({ horizons: [1, 5] })).toBe('horizons 1,2,3,5,10 / 1,5');
});

test('a run cannot start from, nor go on with, a checkpoint of other features; from a damaged one neither', async () => {
  const other = await buildSmallPanel({ stocks: 24, days: 200 }, FEW_FEATURES.slice(2));
  const spec = { run: 'eight', panel: other.folder, folder: temporaryFolder('foreign'), phases: PHASES };
  const codeOf = (more: object) =>
    runTraining({ ...spec, ...more }, recorder(), oneThread).then(
      () => 'finished',
      (error: unknown) => (error as AppError).code,
    );
  expect(await codeOf({ parent: best })).toBe('model/foreign-checkpoint');
  expect(await codeOf({ panel, parent: temporaryFolder('none') })).toBe('model/not-a-checkpoint');
  const damaged = copy();
  rmSync(join(damaged, 'weights.npy'));
  expect(await codeOf({ panel, parent: damaged })).toBe('model/damaged-checkpoint');
  expect(readdirSync(spec.folder)).toEqual([]);
  cpSync(best, join(spec.folder, 'phase2_gat', 'last'), { recursive: true });
  expect(await codeOf({ resume: true })).toBe('model/foreign-checkpoint');
});

test('a stop is heard while the parent is held against validation, and the run goes on from there', async () => {
  const spec = { run: 'ten', panel, folder: temporaryFolder('stopped'), phases: PHASES, parent: best };
  const stopped = await runTraining(
    spec,
    recorder(() => true),
    oneThread,
  );
  expect(stopped).toMatchObject({ outcome: 'stopped', phases: [], predictions: {} });
  expect(readdirSync(spec.folder)).toEqual([]);
  const { outcome, phases: results } = await runTraining({ ...spec, resume: true }, recorder(), oneThread);
  expect(outcome).toBe('finished');
  expect(results[0].parentRankIc).toBeCloseTo(checkpoint.manifest.metrics.rankIc!, 9);
});

test('a phase carries its parent over by name and starts what is new afresh', async () => {
  const folder = temporaryFolder('child');
  const child = phases(['phase2_gat'], [...TINY_MODEL, 'train.max_epochs=1', 'model.lstm_layers=2']);
  const said = recorder((made) => made.logged.some(({ message }) => message.includes('a step needs')));
  const { phases: results } = await runTraining(
    { run: 'nine', panel, folder, phases: child, parent: best, keepLast: true },
    said,
    oneThread,
  );
  const parents = checkpoint.layout.parameters.length;
  expect(results[0]).toMatchObject({
    outcome: 'stopped',
    carried: parents,
    parentRankIc: checkpoint.manifest.metrics.rankIc,
  });
  // Stopped before its first step: exactly what it started from.
  const last = join(folder, 'phase2_gat', 'last');
  const { layout, state, manifest } = await readCheckpoint(last);
  expect(manifest).toMatchObject({ updates: 0, batch: 0, lineage: { parent: relative(last, best) } });
  const inParent = new Map(checkpoint.layout.parameters.map((parameter) => [parameter.name, parameter]));
  const initial = layout.initialise(child[0].config.seed);
  for (const { name, offset, size } of layout.parameters) {
    const from = inParent.get(name);
    const wanted = from
      ? checkpoint.state.weights.subarray(from.offset, from.offset + size)
      : initial.subarray(offset, offset + size);
    expect(state.weights.subarray(offset, offset + size), name).toEqual(wanted);
    expect(from === undefined, name).toBe(name.startsWith('encoder1.'));
  }
  expect(state.firstMoment.every((value) => value === 0)).toBe(true);
  expect(readCheckpointManifest(best)).toEqual(checkpoint.manifest);
});
