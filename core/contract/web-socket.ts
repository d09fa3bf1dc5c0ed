// Owns a WebSocket as a transport, for both its ends, and the codes with which the host closes one.
import { AppError } from '../base/errors.ts';
import { decodeMessage, encodeMessage } from './frames.ts';
import type { Transport } from './rpc-client.ts';

/** Why a connection was closed on purpose; 4000 to 4999 are the application's own (RFC 6455, 7.4.2). */
export const CLOSE = {
  /** What arrived was no message of ours. Connecting again would not help. */
  badFrame: 4400,
  /** The other end took in messages too slowly; it connects again and asks anew for what it shows. */
  tooSlow: 4408,
  /** The host is ending. */
  ending: 4410,
} as const;

/** What is used of a WebSocket: the browser's, or that of the package ws. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
}

const OPEN = 1;

/**
 * Carries messages over an open `socket`. Where more than `maxBuffered` bytes wait for the other end to take them, the connection
 * is closed as too slow instead of filling the memory: whoever connects again asks for the present state, so nothing is lost.
 */
export function webSocketTransport(socket: Socket, maxBuffered = Number.POSITIVE_INFINITY): Transport {
  socket.binaryType = 'arraybuffer';
  const close = (code: number, reason: string) => socket.close(code, reason);
  return {
    send: (message) => {
      if (socket.readyState !== OPEN) return;
      if (socket.bufferedAmount > maxBuffered) return close(CLOSE.tooSlow, 'too slow');
      socket.send(encodeMessage(message));
    },
    onMessage: (listener) =>
      socket.addEventListener('message', ({ data }) => {
        let message: unknown;
        try {
          message = decodeMessage(data as string | ArrayBuffer);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return close(CLOSE.badFrame, error.message);
        }
        listener(message);
      }),
    onClose: (listener) => socket.addEventListener('close', listener),
    close: () => close(CLOSE.ending, 'ending'),
  };
}
