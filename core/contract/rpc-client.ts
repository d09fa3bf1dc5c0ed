// Owns the client's end of calls and streams, over anything that can carry messages both ways, and the types of both ends.
// Of the schemas it knows the types alone, so that a browser that only connects loads none of them.
import type { z } from 'zod';
import { AppError, deserializeError, type SerializedError } from '../base/errors.ts';

/** A channel of plain messages: a MessagePort, a WebSocket, or two ends in memory. */
export interface Transport {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export interface CallShape {
  input: z.ZodType;
  output: z.ZodType;
}
export interface StreamShape {
  input: z.ZodType;
  event: z.ZodType;
}
/** The table: dotted names of calls and of streams, each with its schemas. */
export interface ApiShape {
  calls: Record<string, CallShape>;
  streams: Record<string, StreamShape>;
}

export type CallName<A extends ApiShape> = keyof A['calls'] & string;
export type StreamName<A extends ApiShape> = keyof A['streams'] & string;
/** What a client passes: defaults may be left out. */
export type CallInput<A extends ApiShape, N extends CallName<A>> = z.input<A['calls'][N]['input']>;
export type CallOutput<A extends ApiShape, N extends CallName<A>> = z.output<A['calls'][N]['output']>;
export type StreamInput<A extends ApiShape, N extends StreamName<A>> = z.input<A['streams'][N]['input']>;
export type StreamEvent<A extends ApiShape, N extends StreamName<A>> = z.output<A['streams'][N]['event']>;

export interface Subscription {
  /** Resolves when the stream ended or was cancelled; rejects with the stream's error. */
  readonly ended: Promise<void>;
  cancel(): void;
}

export interface Client<A extends ApiShape> {
  /** @throws AppError as the handler threw it; 'cancelled' when `signal` aborts; state/disconnected when the channel closes */
  call<N extends CallName<A>>(name: N, input: CallInput<A, N>, signal?: AbortSignal): Promise<CallOutput<A, N>>;
  listen<N extends StreamName<A>>(
    name: N,
    input: StreamInput<A, N>,
    onEvent: (event: StreamEvent<A, N>) => void,
  ): Subscription;
  close(): void;
}

/** `cancel` ends the call or stream of that id. */
export type Request =
  | { type: 'call' | 'listen'; id: number; name: string; input: unknown }
  | { type: 'cancel'; id: number };

/** `result` answers a call; `event`* then `end` a stream; `error` ends either. */
export type Reply =
  | { type: 'result'; id: number; output: unknown }
  | { type: 'event'; id: number; event: unknown }
  | { type: 'end'; id: number }
  | { type: 'error'; id: number; error: SerializedError };

interface Pending {
  result(output: unknown): void;
  event(event: unknown): void;
  fail(error: Error): void;
}

/** A client of a host at the other end of `transport`. The types alone stand for the table, so it need not be loaded. */
export function connect<A extends ApiShape>(transport: Transport): Client<A> {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let closed = false;

  transport.onMessage((message) => {
    const reply = message as Reply;
    const waiting = pending.get(reply.id);
    if (!waiting) return; // cancelled meanwhile
    if (reply.type === 'event') return waiting.event(reply.event);
    pending.delete(reply.id);
    if (reply.type === 'error') waiting.fail(deserializeError(reply.error));
    else waiting.result(reply.type === 'result' ? reply.output : undefined);
  });
  transport.onClose(() => {
    closed = true;
    for (const waiting of pending.values()) waiting.fail(new AppError('state/disconnected', {}));
    pending.clear();
  });

  function request(type: 'call' | 'listen', name: string, input: unknown, waiting: Pending): number {
    const id = ++lastId;
    if (closed) waiting.fail(new AppError('state/disconnected', {}));
    else {
      pending.set(id, waiting);
      transport.send({ type, id, name, input } satisfies Request);
    }
    return id;
  }
  function cancel(id: number): boolean {
    if (!pending.delete(id)) return false;
    transport.send({ type: 'cancel', id } satisfies Request);
    return true;
  }

  return {
    call: (name, input, signal) =>
      new Promise<never>((resolve, reject) => {
        if (signal?.aborted) return reject(new AppError('cancelled', {}));
        const onAbort = () => {
          if (cancel(id)) reject(new AppError('cancelled', {}));
        };
        const settle = () => signal?.removeEventListener('abort', onAbort);
        const id = request('call', name, input, {
          result: (output) => {
            settle();
            resolve(output as never);
          },
          event: () => {},
          fail: (error) => {
            settle();
            reject(error);
          },
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    listen: (name, input, onEvent) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const id = request('listen', name, input, {
        result: () => resolve(),
        event: (event) => onEvent(event as never),
        fail: reject,
      });
      return {
        ended: promise,
        cancel: () => {
          if (cancel(id)) resolve();
        },
      };
    },
    close: () => transport.close(),
  };
}
