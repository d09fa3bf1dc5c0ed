// A paused run whose host is killed: interrupted at the next start, taken up where it stood, and with the configs it was begun with.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished, test, expect } from 'vitest';
import { createHost } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import { openWorkspaceReadOnly } from '../../core/store/workspace.node.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import type { FromTrainingHost, ToTrainingHost } from '../fixtures/training-host.ts';
import { TINY_MODEL, temporaryFolder } from '../support/training.ts';

const OVERRIDES = [
  ...TINY_MODEL,
  'engine=onnx-cpu',
  'threads=1',
  'features.graph.k=5',
  'features.names=[return_1, return_5]',
  'train.max_epochs=3',
];

async function openHost(workspace: string) {
  const host = await createHost({ workspace, spawn: nodeSpawner(), clock: systemClock, log: silentLog });
  return { host, client: host.connect() };
}

test('a paused run survives the death of its host', { timeout: 180_000 }, async () => {
  const workspace = join(temporaryFolder('paused'), 'workspace');
  const before = await openHost(workspace);
  const { bars } = await before.client.call('datasets.synthesise', { stocks: 30, days: 320, seed: 3 });
  const { jobId } = await before.client.call('datasets.import', { files: [bars], name: 'small' });
  expect(await before.client.call('jobs.wait', { jobId })).toMatchObject({ outcome: 'finished' });
  await before.host.close();

  const child = fork(fileURLToPath(new URL('../fixtures/training-host.ts', import.meta.url)), [workspace]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const hear = async (say: FromTrainingHost['say']): Promise<FromTrainingHost> => {
    for (;;) {
      const [message] = (await once(child, 'message')) as [FromTrainingHost];
      if (message.say === say) return message;
    }
  };
  const tell = (message: ToTrainingHost): void => void child.send(message);
  await hear('open');
  const phaseOverrides = { phase2_gat: ['train.learning_rate=3e-4', 'train.max_epochs=2'] };
  tell({ do: 'train', dataset: 'small', name: 'rested', overrides: OVERRIDES, phaseOverrides });
  await hear('working');
  tell({ do: 'pause', run: 'rested' });
  const reader = await openWorkspaceReadOnly(workspace);
  while ((await reader.runs.find('rested'))?.status !== 'paused') await sleep(20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await reader.close();

  const { host, client } = await openHost(workspace);
  onTestFinished(() => host.close());
  const { run } = await client.call('runs.get', { run: 'rested' });
  expect(run).toMatchObject({ status: 'interrupted', outcome: { code: 'state/interrupted' } });
  const resumed = await client.call('training.resumeRun', { run: 'rested' });
  expect(await client.call('jobs.wait', { jobId: resumed.jobId })).toMatchObject({ outcome: 'finished' });
  const after = await client.call('runs.get', { run: 'rested' });
  expect(after.run.status).toBe('finished');
  expect(after.phases.map(({ phase, epochs }) => [phase, epochs])).toEqual([
    ['phase0_baseline', 3],
    ['phase2_gat', 2],
  ]);
  expect(after.phases[1].config).toContain('learning_rate: 0.0003');
  expect(after.phases[0].config).toContain('learning_rate: 0.001');
});
