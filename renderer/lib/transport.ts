// Owns the two ways to the host: a WebSocket where the page came over HTTP, a message port where the desktop hands one over.
import { decodeMessage, encodeMessage } from '../../core/contract/frames.ts';
import type { Transport } from '../../core/contract/rpc.ts';

/** Opens a channel to the host. @throws when it cannot be opened, or `signal` aborts */
export type OpenTransport = (signal: AbortSignal) => Promise<Transport>;

/** @param url as of `new WebSocket` */
export function overWebSocket(url: string): OpenTransport {
  return (signal) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.binaryType = 'arraybuffer';
      const abort = () => socket.close();
      signal.addEventListener('abort', abort, { once: true });
      socket.addEventListener('close', () => {
        signal.removeEventListener('abort', abort);
        reject(new Error('the WebSocket did not open'));
      });
      socket.addEventListener('open', () => resolve(transportOf(socket)));
    });
}

function transportOf(socket: WebSocket): Transport {
  return {
    send: (message) => socket.send(encodeMessage(message)),
    onMessage: (listener) =>
      socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
        listener(decodeMessage(data));
      }),
    onClose: (listener) => socket.addEventListener('close', () => listener()),
    close: () => socket.close(),
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
