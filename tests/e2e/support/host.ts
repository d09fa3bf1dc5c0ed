// Owns a real web shell: the product's own command on a workspace, and a client of it beside the browser's.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { Api, Client } from '../../../core/contract/api.ts';
import { connect } from '../../../core/contract/rpc-client.ts';
import { type Socket, webSocketTransport } from '../../../core/contract/web-socket.ts';

const PHASOR = join(import.meta.dirname, '../../../main/node/phasor.js');

export interface Shell {
  /** What to open, with the token. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  readonly workspace: string;
  readonly pid: number;
  /** Ends the host, as Ctrl-C does or by another signal, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** @param options of phasor serve */
export const startShell = (workspace: string, ...options: string[]): Promise<Shell> =>
  startShellIn({}, workspace, ...options);

/** @param env what the shell finds in its environment beside what is there */
export async function startShellIn(
  env: Readonly<Record<string, string>>,
  workspace: string,
  ...options: string[]
): Promise<Shell> {
  const args = ['serve', '--json', '--workspace', workspace, ...options];
  if (!options.includes('--port')) args.push('--port', '0');
  const child = spawn(process.execPath, [PHASOR, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text: Buffer) => {
      said += text;
    });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"url":\s*"([^"]+)"/.exec(line);
      if (found) resolve(found[1]);
    });
    child.once('close', (code) => reject(new Error(`phasor serve ended with ${code}: ${said}`)));
  });
  const { origin, port } = new URL(url);
  return {
    url,
    origin,
    port: Number(port),
    workspace,
    pid: child.pid ?? 0,
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      await gone;
    },
  };
}

/** The cookie that the address with the token gives. */
export async function signIn({ url }: Pick<Shell, 'url'>): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' });
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Calls what the interface calls, over a connection as it has one. */
export async function connectTo(shell: Pick<Shell, 'url' | 'origin'>): Promise<Client> {
  const headers = { cookie: await signIn(shell), origin: shell.origin };
  const socket = new WebSocket(`${shell.origin.replace('http', 'ws')}/rpc`, { headers });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  // The package's socket and a browser's differ only in types that are not used here.
  return connect<Api>(webSocketTransport(socket as unknown as Socket));
}
