// The product's host and web shell in a process of their own, whose runs are trained by the worker beside this file.
// Usage: node tests/bench/ui-host.ts WORKSPACE RENDERER. Prints its address; ends with its parent.
import { fileURLToPath } from 'node:url';
import { createHost } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import type { Log } from '../../core/base/log.ts';
import { nodeSpawner, workerEntry } from '../../main/node/spawn.ts';
import { startWebShell } from '../../main/node/web-shell/server.ts';

const [workspace, renderer] = process.argv.slice(2);
const log: Log = (level, message) => {
  if (level === 'error') process.stderr.write(`${message}\n`);
};
const reporting = fileURLToPath(new URL('./ui-worker.ts', import.meta.url));
const spawn = nodeSpawner({ entry: (kind) => (kind === 'train' ? reporting : workerEntry(kind)) });
const host = await createHost({ workspace, spawn, clock: systemClock, log });
const shell = await startWebShell({ host, workspace, renderer, log });
process.send?.({ url: shell.url });
process.on('disconnect', async () => {
  await shell.close();
  await host.close();
  process.exit(0);
});
