// Imports under one name that end at once: each becomes a version with a folder of its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storeImport } from '../../core/app/jobs/import.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { importBars } from '../../core/data/import.node.ts';
import { readManifest } from '../../core/data/load.node.ts';
import { writeSampleCsv } from '../../core/data/sample.node.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { temporaryFolder } from './store-support/harness.ts';

test('versions that are stored at once keep their bars apart', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const incoming: string[] = [];
  for (const seed of [1, 2, 3]) {
    const market = syntheticMarket({ stocks: 20, days: 100, seed });
    const { bars } = writeSampleCsv(join(workspace, 'synthetic'), market);
    const outFolder = join(workspace, `datasets/.incoming-${seed}`);
    await importBars({ files: [bars], name: 'market', outFolder });
    incoming.push(outFolder);
  }
  const context = { store, clock: systemClock };
  const broken = storeImport(context, 'market', join(workspace, 'datasets/.incoming-none'));
  const stored = incoming.map((folder) => storeImport(context, 'market', folder));
  await expect(broken).rejects.toThrow(); // and holds up nobody
  const versions = (await Promise.all(stored)).map(({ version }) => version);
  expect(versions.map(({ version }) => version)).toEqual([1, 2, 3]);
  for (const { folder, contentHash } of versions)
    expect(readManifest(join(workspace, folder)).contentHash).toBe(contentHash);
  await store.close();
});

test('rows that were added to a version which is no longer the newest are not stored', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const context = { store, clock: systemClock };
  const { bars } = writeSampleCsv(join(workspace, 'synthetic'), syntheticMarket({ stocks: 20, days: 100, seed: 1 }));
  const other = writeSampleCsv(join(workspace, 'synthetic'), syntheticMarket({ stocks: 20, days: 100, seed: 2 }));
  const incoming = (n: number): string => join(workspace, `datasets/.incoming-${n}`);
  await importBars({ files: [bars], name: 'market', outFolder: incoming(1) });
  const { version } = await storeImport(context, 'market', incoming(1));
  const previous = join(workspace, version.folder);
  const append = { mode: 'replace' as const, version: 1 };
  await importBars({ files: [other.bars], name: 'market', outFolder: incoming(2), previous, append });
  await importBars({ files: [other.bars], name: 'market', outFolder: incoming(3) });
  await storeImport(context, 'market', incoming(3));
  await expect(storeImport(context, 'market', incoming(2))).rejects.toMatchObject({ code: 'state/append-overtaken' });
  expect(existsSync(incoming(2))).toBe(false);
  await store.close();
});

test('rows for a dataset that went to the trash meanwhile take nothing of its place', async () => {
  const workspace = temporaryFolder();
  const store = await openWorkspace(workspace);
  const context = { store, clock: systemClock };
  const { bars } = writeSampleCsv(join(workspace, 'synthetic'), syntheticMarket({ stocks: 20, days: 100, seed: 1 }));
  const incoming = (n: number): string => join(workspace, `datasets/.incoming-${n}`);
  await importBars({ files: [bars], name: 'market', outFolder: incoming(1) });
  const { version } = await storeImport(context, 'market', incoming(1));
  const append = { mode: 'new' as const, version: 1 };
  const previous = join(workspace, version.folder);
  await importBars({ files: [bars], name: 'market', outFolder: incoming(2), previous, append });
  await store.datasets.trash(version.datasetId);
  await expect(storeImport(context, 'market', incoming(2))).rejects.toMatchObject({ code: 'state/append-overtaken' });
  await store.datasets.restore(version.datasetId);
  expect((await store.datasets.byName('market'))?.id).toBe(version.datasetId);
  await store.close();
});
