// Owns a web shell on a workspace of its own, and clients of it as a browser would be: cookie, Origin and all.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { createHost, type Host, type HostOptions } from '../../core/app/host.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLog } from '../../core/base/log.ts';
import type { Api, Client } from '../../core/contract/api.ts';
import { connect } from '../../core/contract/rpc-client.ts';
import { type Socket, webSocketTransport } from '../../core/contract/web-socket.ts';
import { nodeSpawner } from '../../main/node/spawn.ts';
import { startWebShell, type WebShell, type WebShellOptions } from '../../main/node/web-shell/server.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface TestShell {
  readonly folder: string;
  readonly workspace: string;
  readonly host: Host;
  readonly shell: WebShell;
  /** The cookie that signing in gave. */
  readonly cookie: string;
  /** One request as it is told, nothing added. */
  ask(path: string, asking?: Asking): Promise<Answer>;
  /** One request as the interface makes it. */
  fetch(path: string, asking?: Asking): Promise<Answer>;
  socket(headers?: Record<string, string>): WebSocket;
  connect(): Promise<{ client: Client; socket: WebSocket }>;
  close(): Promise<void>;
}

export async function openTestShell(
  options: Partial<WebShellOptions> & Pick<HostOptions, 'allow' | 'shell'> = {},
): Promise<TestShell> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'phasor-web-')));
  const workspace = join(folder, 'workspace');
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Phasor</title>');
  writeFileSync(join(renderer, 'assets/index-abc123.js'), `export const text = '${'x'.repeat(5_000)}';`);
  writeFileSync(join(renderer, '.sources'), 'hidden');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  const { allow, shell: port, ...rest } = options;
  const host = await createHost({
    workspace,
    spawn: nodeSpawner(),
    clock: systemClock,
    log: silentLog,
    allow,
    shell: port,
  });
  const shell = await startWebShell({ host, workspace, renderer, log: silentLog, ...rest });
  const origin = `http://127.0.0.1:${shell.port}`;

  const ask = (path: string, { method = 'GET', headers = {}, body }: Asking = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: shell.port, path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  const signedIn = await ask(shell.url.slice(origin.length));
  const cookie = signedIn.headers['set-cookie']?.[0].split(';')[0] ?? '';
  const socket = (headers: Record<string, string> = { cookie, origin }) =>
    new WebSocket(`ws://127.0.0.1:${shell.port}/rpc`, { headers });
  return {
    folder,
    workspace,
    host,
    shell,
    cookie,
    ask,
    fetch: (path, { headers, ...asking } = {}) =>
      ask(path, { ...asking, headers: { cookie, origin, accept: 'text/html,*/*', ...headers } }),
    socket,
    connect: async () => {
      const opened = socket();
      await new Promise((resolve, reject) => opened.once('open', resolve).once('error', reject));
      return { client: connect<Api>(webSocketTransport(opened as unknown as Socket)), socket: opened };
    },
    close: async () => {
      await shell.close();
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
