#!/usr/bin/env node
// Starts the command line. Phasor is TypeScript run as it stands, which needs Node 22.18 or newer: an older Node hands over
// to the one that npm installed beside it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  const { main } = await import('./cli.ts');
  const { ask } = await import('./ask.ts');
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(0); // the reader, such as head, has seen enough
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    ask,
    onInterrupt: (listener) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, listener);
      return () => {
        for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, listener);
      };
    },
  });
} else {
  const bundled = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(bundled)) {
    console.error(
      `Phasor needs Node 22.18 or newer; this is ${process.version}. Run "npm ci" in its folder, or update Node.`,
    );
    process.exit(1);
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => {}); // a terminal sends it to the child as well, which decides what it means
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  });
}
