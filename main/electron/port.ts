// Owns a message port of Electron's main process as a transport.
import type { Transport } from '../../core/contract/rpc-client.ts';

/** What is used of Electron's MessagePortMain. */
export interface MainPort {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export function portTransport(port: MainPort): Transport {
  const listeners = new Set<() => void>();
  let open = true;
  // Electron tells the end that did not close it; here both are told, and once.
  const closed = () => {
    if (!open) return;
    open = false;
    for (const listener of listeners) listener();
  };
  port.on('close', closed);
  return {
    send: (message) => {
      if (open) port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => void listeners.add(listener),
    close: () => {
      port.close();
      closed();
    },
  };
}
