// Makes the trained workspace: node make-workspace.ts FOLDER. The sample market is small, so that this takes seconds;
// what its models find means nothing. Beside it stands a dataset that was fetched with all its tables from a source on loopback.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost } from '../../../core/app/host.node.ts';
import { KeyFile } from '../../../core/app/key-file.node.ts';
import { systemClock } from '../../../core/base/clock.ts';
import { nodeSpawner } from '../../../main/node/spawn.ts';
import { GOOD_KEY, jquantsServer } from '../../support/jquants-server.ts';
import { MARKET } from './market.ts';

const TINY = ['mode=debug', 'model.hidden_size=8'];
/** Long runs all phases, short only the first two: enough to be compared with. */
const RUNS = [
  { name: 'long', phases: [0, 1, 2, 3, 4], overrides: [...TINY, 'seed=1'] },
  { name: 'short', phases: [0, 1], overrides: [...TINY, 'seed=2'] },
];

const source = await jquantsServer();
const keys = mkdtempSync(join(tmpdir(), 'phasor-e2e-keys-'));
const host = await createHost({
  workspace: process.argv[2],
  spawn: nodeSpawner(),
  clock: systemClock,
  log: () => {},
  keys: new KeyFile(keys),
  sourceAddresses: { jquants: source.url },
});
const client = host.connect();

async function finish({ jobId }: { jobId: string }): Promise<void> {
  const end = await client.call('jobs.wait', { jobId });
  if (end.outcome !== 'finished') throw new Error(`${end.outcome}: ${end.error?.message ?? ''}`);
}

const files = await client.call('datasets.synthesise', MARKET);
await finish(await client.call('datasets.import', { files: [files.bars], name: 'sample', sectors: files.sectors }));
await client.call('sources.setKey', { source: 'jquants', key: GOOD_KEY });
const { tables } = (await client.call('sources.list', {})).find(({ name }) => name === 'jquants') ?? { tables: [] };
const january = { from: '2024-01-04', to: '2024-01-31', options: {}, repairs: [] };
await finish(await client.call('sources.fetch', { ...january, source: 'jquants', tables, dataset: 'tokyo' }));
for (const run of RUNS) {
  await finish(await client.call('training.start', { dataset: 'sample', ...run }));
  const { phases } = await client.call('runs.get', { run: run.name });
  const checkpoint = phases.at(-1)?.bestCheckpointId;
  if (!checkpoint) throw new Error(`${run.name} has no best checkpoint`);
  await finish(await client.call('backtests.run', { checkpoint }));
}
const [{ panel }] = await client.call('panels.list', {});
await finish(await client.call('features.analyse', { panel: panel.id }));
await host.close();
await source.close();
rmSync(keys, { recursive: true, force: true });
