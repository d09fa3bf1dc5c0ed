// Batches read ahead on threads: the same bits whatever their number, never stuck, and errors where the batch is due.
import { cpSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hashBytes } from '../../core/base/hash.node.ts';
import type { Config } from '../../core/config/schema.ts';
import type { PanelBatch } from '../../core/features/panel.ts';
import { PanelReader } from '../../core/features/panel.node.ts';
import { epochRequests } from '../../core/train/batch-feeds.node.ts';
import { BatchLoader } from '../../core/train/batch-loader.node.ts';
import { readCheckpoint } from '../../core/train/checkpoint.node.ts';
import { trainPhase } from '../../core/train/phase.node.ts';
import { samplerFor } from '../../core/train/predict.node.ts';
import { buildSmallPanel, phaseOptions, phases, TINY_MODEL, temporaryFolder } from '../support/training.ts';

const { folder } = await buildSmallPanel({ stocks: 40, days: 130 });
const [{ config: plain }, { config: augmented }] = phases(
  ['phase2_gat', 'phase3_augmentation'],
  ['model.sequence_length=6', 'model.fan.windows=[3,5]', 'train.max_batch_size=16', 'train.min_nodes_per_day=5'],
);
const loaders: BatchLoader[] = [];
afterAll(async () => {
  for (const loader of loaders) {
    await loader.close();
    loader.reader.close();
  }
});

function openLoader(threads: number, panel = folder): BatchLoader {
  const reader = PanelReader.open(panel);
  const features = reader.featureNames.length;
  reader.useScaling({ center: new Float32Array(features).fill(0.25), scale: new Float32Array(features).fill(2) });
  const loader = new BatchLoader(reader, threads);
  loaders.push(loader);
  return loader;
}

function epoch({ reader }: BatchLoader, config: Config, number: number, first = 0) {
  const sampler = samplerFor(
    {
      reader,
      days: Int32Array.from({ length: 12 }, (_, i) => 95 + i),
      sequenceLength: config.model.sequence_length,
      maxBatchSize: config.train.max_batch_size,
      minNodesPerDay: config.train.min_nodes_per_day,
    },
    5,
  );
  return epochRequests({ config, sampler, targetScale: [], noise: [], seed: 3 }, number, first);
}

function bitsOf({ day, x, rows, stock, targets, targetsRank, neighbours, edgeMask, edges }: PanelBatch): string {
  const arrays = [x, rows, stock, targets, targetsRank, neighbours, edgeMask, edges];
  return `${day} ${hashBytes(...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)))}`;
}

async function bitsOfEpochs(loader: BatchLoader, config: Config, epochs: number): Promise<string[]> {
  const bits: string[] = [];
  for (let number = 0; number < epochs; number++)
    for await (const batch of loader.batches(epoch(loader, config, number))) bits.push(bitsOf(batch));
  return bits;
}

test('a hundred epochs give the same bits with 1, 2 and 4 threads as without any', { timeout: 120_000 }, async () => {
  const expected = await bitsOfEpochs(openLoader(0), plain, 100);
  expect(expected.length).toBeGreaterThan(2000);
  expect(new Set(expected).size).toBeGreaterThan(1000); // chunks of a day are dealt anew in every epoch
  for (const threads of [1, 2, 4]) expect(await bitsOfEpochs(openLoader(threads), plain, 100)).toEqual(expected);
});

test('augmented batches, a share of another day among them, are the same bits too, and not those of plain ones', async () => {
  const expected = await bitsOfEpochs(openLoader(0), augmented, 4);
  for (const threads of [1, 3]) expect(await bitsOfEpochs(openLoader(threads), augmented, 4)).toEqual(expected);
  expect(await bitsOfEpochs(openLoader(0), plain, 4)).not.toEqual(expected);
});

test('an epoch that is taken up again goes on with the batches that were left', async () => {
  const loader = openLoader(2);
  const whole = await bitsOfEpochs(loader, augmented, 1);
  const rest: string[] = [];
  for await (const batch of loader.batches(epoch(loader, augmented, 0, 7))) rest.push(bitsOf(batch));
  expect(rest).toEqual(whole.slice(7));
});

test('a caller that takes its time keeps its batch while others are read', async () => {
  const loader = openLoader(4);
  for await (const batch of loader.batches(epoch(loader, plain, 0))) {
    const before = bitsOf(batch);
    await new Promise((resolve) => setTimeout(resolve, 3));
    expect(bitsOf(batch)).toBe(before);
  }
});

test('a caller that leaves early finds the loader ready for the next epoch', async () => {
  const loader = openLoader(2);
  const whole = await bitsOfEpochs(loader, plain, 1);
  for (let left = 0; left < 20; left++) {
    let taken = 0;
    for await (const batch of loader.batches(epoch(loader, plain, 0))) {
      expect(bitsOf(batch)).toBe(whole[taken]);
      if (taken++ === left) break;
    }
  }
  expect(await bitsOfEpochs(loader, plain, 1)).toEqual(whole);
});

test('two callers at once are refused', async () => {
  const loader = openLoader(1);
  const first = loader.batches(epoch(loader, plain, 0));
  await first.next();
  await expect(loader.batches(epoch(loader, plain, 0)).next()).rejects.toThrow(/another caller/);
  await first.return();
});

test('a file that breaks off fails the batch that it concerns, and the loader with no thread left says so', async () => {
  const damaged = join(temporaryFolder('damaged'), 'panel');
  cpSync(folder, damaged, { recursive: true });
  const loader = openLoader(2, damaged);
  const batches = loader.batches(epoch(loader, plain, 0));
  for (let taken = 0; taken < 2; taken++) await batches.next(); // both threads have the panel open
  truncateSync(join(damaged, 'features.npy'), 4096);
  const rest = (async () => {
    for await (const batch of batches) bitsOf(batch);
  })();
  await expect(rest).rejects.toMatchObject({ code: 'data/damaged-array' });
  await loader.close();
  await expect(loader.batches(epoch(loader, plain, 0)).next()).rejects.toMatchObject({ code: 'worker/crashed' });
  rmSync(damaged, { recursive: true });
});

test('a phase ends with the same weights and the same validation, with threads and without', async () => {
  const [phase] = phases(['phase3_augmentation'], [...TINY_MODEL, 'train.max_epochs=1', 'data.last_days=110']);
  const trained = async (threads: number) => {
    const options = await phaseOptions(longer, phase, {}, threads);
    try {
      const { validation } = await trainPhase(options);
      return { validation, state: (await readCheckpoint(join(options.folder, 'best'))).state };
    } finally {
      options.close();
    }
  };
  const { folder: longer } = await buildSmallPanel({ stocks: 24, days: 200 });
  const [plain, threaded] = [await trained(0), await trained(2)];
  expect(plain.state.updates).toBeGreaterThan(20);
  expect(threaded).toEqual(plain);
});
