// Owns what every test of the interface begins with: a host of its own, a browser that has been let in, and no fault unseen.
import { rmSync } from 'node:fs';
import { test as base, expect } from '@playwright/test';
import type { Client } from '../../../core/contract/api.ts';
import { connectTo, type Shell, startShellIn } from './host.ts';
import { type Content, newWorkspace } from './workspaces.ts';

interface Fixtures {
  content: Content;
  /** What the shell finds in its environment beside what is there. */
  env: Readonly<Record<string, string>>;
  shell: Shell;
  /** Beside the browser: what a test wants to know or prepare without the interface. */
  client: Client;
}

/** What a browser writes itself where a host is gone, which is what some tests are about. */
const OF_THE_NETWORK = /Failed to load resource|WebSocket connection|net::ERR_/;

export const test = base.extend<Fixtures>({
  content: ['empty', { option: true }],
  env: [{}, { option: true }],
  shell: [
    async ({ content, env }, use) => {
      const workspace = newWorkspace(content);
      const shell = await startShellIn(env, workspace);
      await use(shell);
      await shell.stop();
      rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
    },
    // The first test may have to train what the others start from.
    { timeout: 900_000 },
  ],
  client: async ({ shell }, use) => {
    const client = await connectTo(shell);
    await use(client);
    client.close();
  },
  baseURL: async ({ shell }, use) => use(shell.origin),
  context: async ({ context, shell }, use) => {
    await context.request.get(shell.url);
    const faults: string[] = [];
    context.on('weberror', (error) => faults.push(error.error().stack ?? String(error.error())));
    context.on('console', (message) => {
      if (message.type() === 'error' && !OF_THE_NETWORK.test(message.text())) faults.push(message.text());
    });
    await use(context);
    expect(faults, 'faults that the pages reported').toEqual([]);
  },
});
export { expect };
