// Processes that are killed while they add days to a panel: what stands is whole, what they were added to is untouched, the rest is cleared away.
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { settleFolders } from '../../core/base/atomic-file.node.ts';
import { Random } from '../../core/base/random.ts';
import { readPanelManifest, verifyPanel } from '../../core/features/panel.node.ts';
import { buildOrExtend } from '../../core/features/store/build.node.ts';
import { eveningPanel } from '../support/evening-panel.ts';

const KILLS = 5;
const root = mkdtempSync(join(tmpdir(), 'phasor-store-kills-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test(`${KILLS} kills at random points of an addition`, async () => {
  const random = new Random(3);
  const [base, next] = [eveningPanel(root, 0), eveningPanel(root, 1)];
  await buildOrExtend(base);
  for (let kill = 0; kill < KILLS; kill++) {
    const child = fork(fileURLToPath(new URL('../fixtures/panel-builder.ts', import.meta.url)), [root]);
    const said: string[] = [];
    const exited = new Promise((resolve) => child.once('exit', resolve));
    /** The second addition begins: by then it is known how long one takes. */
    const took = await new Promise<number>((resolve, reject) => {
      let begun = 0;
      child.once('exit', () => reject(new Error('the builder ended by itself')));
      child.on('message', (message: string) => {
        said.push(message);
        if (message === 'begun' && begun === 0) begun = performance.now();
        else if (message === 'begun') resolve(performance.now() - begun);
      });
    });
    await sleep(random.uniform() * took);
    child.kill('SIGKILL');
    await exited;
    expect(said.slice(0, 3)).toEqual(['begun', 'added', 'begun']);
    await verifyPanel(base.folder);
    if (existsSync(next.folder)) await verifyPanel(next.folder);
    settleFolders(root);
    expect(readdirSync(root).filter((name) => !/^evening-\d$/.test(name))).toEqual([]);
  }
  rmSync(next.folder, { recursive: true, force: true });
  const { manifest, extends: added } = await buildOrExtend(next);
  expect(added).toEqual({ key: readPanelManifest(base.folder).key, days: 1 });
  await verifyPanel(next.folder);
  expect(manifest.days).toBe(readPanelManifest(base.folder).days + 1);
});
