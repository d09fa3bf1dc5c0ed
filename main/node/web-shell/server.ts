// Owns the web shell's server: lets in whoever has the token, serves the site, and gives each browser a connection to the host.
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Host } from '../../../core/app/host.node.ts';
import { AppError } from '../../../core/base/errors.ts';
import type { Log } from '../../../core/base/log.ts';
import { CLOSE, type Socket, webSocketTransport } from '../../../core/contract/web-socket.ts';
import { type AccessRules, type Decision, decide, isLoopback, newToken, setCookie } from './access.ts';
import { COMMON_HEADERS, interfacePolicy } from './headers.ts';
import { sendResponse, toRequest } from './http.ts';
import { createSite } from './site.ts';

export interface WebShellOptions {
  host: Host;
  workspace: string;
  /** The folder that vite wrote. */
  renderer: string;
  /** 127.0.0.1 by default. */
  address?: string;
  /** 0 takes any free one. Where it is taken and not `exact`, so is any free one. */
  port?: number;
  exact?: boolean;
  /** false does without, on loopback only. */
  token?: boolean;
  log: Log;
}

export interface WebShell {
  /** What to open, token included. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A message from a browser is at most this long; files come by upload. */
const MAX_MESSAGE_BYTES = 4 * 2 ** 20;
/** What may wait for a slow browser. */
const MAX_BUFFERED_BYTES = 64 * 2 ** 20;
const PING_EVERY_MS = 15_000;
/** A connection that answered none of these is gone. */
const MOST_MISSED_PINGS = 2;

/** @throws input/no-token, input/port-taken, input/bad-address */
export async function startWebShell(options: WebShellOptions): Promise<WebShell> {
  const { host, address = '127.0.0.1', log } = options;
  if (options.token === false && !isLoopback(address)) throw new AppError('input/no-token', { address });
  const rules: AccessRules = {
    token: options.token === false ? null : newToken(),
    host: address,
    machine: hostname(),
  };
  const onBug = (error: unknown, where: string) =>
    log('error', `bug in ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const site = createSite({ ...options, onBug });

  const server = createServer(async (incoming, outgoing) => {
    try {
      const decision = decide(askedBy(incoming), rules);
      const request = decision === 'allow' ? toRequest(incoming) : undefined;
      const response = request
        ? await site(request, interfacePolicy(`ws://${incoming.headers.host}`))
        : refusal(decision, rules);
      await sendResponse(response, outgoing, String(incoming.headers['accept-encoding'] ?? ''));
    } catch (error) {
      outgoing.destroy();
      if (!isDisconnect(error)) onBug(error, `${incoming.method} ${incoming.url?.split('?')[0]}`);
    }
  });

  server.requestTimeout = 0; // a large file may take hours through a tunnel

  const missedPings = new WeakMap<WebSocket, number>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const decision = decide({ ...askedBy(incoming), upgrade: true }, rules);
    const known = incoming.url?.split('?')[0] === '/rpc';
    if (decision !== 'allow' || !known) {
      socket.end(`HTTP/1.1 ${known ? statusOf(decision) : 404} Refused\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(incoming, socket, head, (browser) => {
      browser.on('error', (error) => log('debug', `connection: ${error.message}`));
      browser.on('pong', () => missedPings.set(browser, 0));
      host.serve(webSocketTransport(browser as unknown as Socket, MAX_BUFFERED_BYTES));
    });
  });
  const pinging = setInterval(() => ping(sockets, missedPings), PING_EVERY_MS);

  const port = await listen(server, address, options.port ?? 0, options.exact ?? false);
  const named = address === '0.0.0.0' || address === '::' ? rules.machine : address;
  const shown = isIPv6(named) ? `[${named}]` : named;
  return {
    port,
    url: `http://${shown}:${port}/${rules.token === null ? '' : `?token=${rules.token}`}`,
    close: async () => {
      clearInterval(pinging);
      for (const browser of sockets.clients) browser.close(CLOSE.ending, 'ending');
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Whoever does not take leave in time is cut off.
      const cut = setTimeout(() => {
        for (const browser of sockets.clients) browser.terminate();
        server.closeAllConnections();
      }, 1_000);
      await closed;
      clearTimeout(cut);
    },
  };
}

const askedBy = ({ method = 'GET', url = '/', headers }: IncomingMessage) => ({ method, url, headers });

const statusOf = (decision: Decision): number =>
  decision === 'no-token' ? 401 : decision === 'unknown-host' ? 421 : 403;

function refusal(decision: Decision, { token }: AccessRules): Response {
  if (decision === 'allow') return new Response('Not understood', { status: 400, headers: { ...COMMON_HEADERS } });
  const headers: Record<string, string> = { ...COMMON_HEADERS, 'content-type': 'text/html; charset=utf-8' };
  headers['content-security-policy'] = "default-src 'none'; frame-ancestors 'none'";
  if (decision === 'sign-in')
    return new Response(null, { status: 303, headers: { ...headers, location: '/', 'set-cookie': setCookie(token!) } });
  return new Response(PAGES[decision === 'no-token' ? 'no-token' : 'other'], { status: statusOf(decision), headers });
}

const PAGES = {
  'no-token': `<!doctype html><meta charset="utf-8"><title>Phasor</title>
<p>This browser has not been let in. Open the whole address that <code>phasor serve</code> printed, with its token; each start has a new one.</p>
<p lang="ja">このブラウザーはまだ許可されていません。<code>phasor serve</code> が表示したアドレスを、トークンも含めて開いてください。トークンは起動のたびに変わります。</p>`,
  other: `<!doctype html><meta charset="utf-8"><title>Phasor</title>
<p>This request came by another site or under another name. Open the address that <code>phasor serve</code> printed.</p>
<p lang="ja">別のサイト、または別の名前からの要求です。<code>phasor serve</code> が表示したアドレスを開いてください。</p>`,
} as const;

function ping(sockets: WebSocketServer, missed: WeakMap<WebSocket, number>): void {
  for (const browser of sockets.clients) {
    const silent = missed.get(browser) ?? 0;
    if (silent >= MOST_MISSED_PINGS) browser.terminate();
    else {
      missed.set(browser, silent + 1);
      browser.ping();
    }
  }
}

async function listen(
  server: ReturnType<typeof createServer>,
  address: string,
  port: number,
  exact: boolean,
): Promise<number> {
  const tryPort = (wanted: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, address, () => {
        server.off('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  try {
    return await tryPort(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && !exact) return await tryPort(0);
    if (code === 'EADDRINUSE' || code === 'EACCES') throw new AppError('input/port-taken', { port, address }, error);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new AppError('input/bad-address', { address }, error);
    throw error;
  }
}

/** The browser went away in the middle, as browsers do. */
function isDisconnect(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ABORT_ERR';
}
