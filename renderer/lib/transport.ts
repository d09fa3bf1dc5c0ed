// Owns the two ways to the host: a WebSocket where the page came over HTTP, a message port where the desktop hands one over.
import { webSocketTransport } from '../../core/contract/web-socket.ts';
import type { Transport } from '../../core/contract/rpc-client.ts';

/** Opens a channel to the host. @throws Refused, or anything else where it cannot be opened now; `signal` gives up */
export type OpenTransport = (signal: AbortSignal) => Promise<Transport>;

/** The host is there and does not let this page in: it was started anew, and each start has a token of its own. */
export class Refused extends Error {}

/** @param origin of the page and of the host: http://127.0.0.1:4173 */
export function overWebSocket(origin: string): OpenTransport {
  return async (signal) => {
    const socket = new WebSocket(new URL('/rpc', origin.replace(/^http/, 'ws')));
    const giveUp = () => socket.close();
    signal.addEventListener('abort', giveUp, { once: true });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('close', () => resolve(false));
    });
    signal.removeEventListener('abort', giveUp);
    if (isOpen) return webSocketTransport(socket);
    // A browser does not tell a script why a WebSocket was refused; a plain request does.
    const { status } = await fetch(new URL('/session', origin), { signal });
    throw status === 401 ? new Refused() : new Error(`no connection, HTTP ${status}`);
  };
}

/** What the preload script posts to the window, with one port, at the start and after the host was started anew. */
export const PORT_MESSAGE = 'phasor-port';

/** Takes ports as they are announced; must be made before the window's first message arrives. */
export function overMessagePort(target: Window): OpenTransport {
  let ready: MessagePort | undefined;
  let waiting: ((port: MessagePort) => void) | undefined;
  target.addEventListener('message', ({ source, data, ports }: MessageEvent<{ type?: string } | null>) => {
    if (source !== target || data?.type !== PORT_MESSAGE || ports.length !== 1) return;
    if (waiting) waiting(ports[0]);
    else ready = ports[0];
  });
  return (signal) =>
    new Promise((resolve, reject) => {
      const take = (port: MessagePort) => {
        waiting = ready = undefined;
        resolve(portTransport(port));
      };
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      if (ready) take(ready);
      else waiting = take;
    });
}

function portTransport(port: MessagePort): Transport {
  const closed: (() => void)[] = [];
  const tell = () => {
    for (const listener of closed.splice(0)) listener();
  };
  port.addEventListener('close', tell);
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data));
      port.start();
    },
    onClose: (listener) => void closed.push(listener),
    close: () => {
      port.close();
      tell();
    },
  };
}
