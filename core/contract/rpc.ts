// Owns calls, streams and cancellation between a client and the host, over anything that can carry messages both ways.
// One table (api.ts) types both ends; inputs and outputs are checked against its schemas where they arrive at the host.
import { z } from 'zod';
import { AppError, deserializeError, serializeError, type SerializedError } from '../base/errors.ts';
import { translateSystemError } from '../base/system-errors.ts';

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

/** What a host implements: an entry for every call and every stream, or it does not compile. */
export type Handlers<A extends ApiShape> = {
  [N in CallName<A>]: (
    input: z.output<A['calls'][N]['input']>,
    signal: AbortSignal,
  ) => z.input<A['calls'][N]['output']> | Promise<z.input<A['calls'][N]['output']>>;
} & {
  /** A stream ends when its promise settles; `signal` aborts when the client cancels or goes away. */
  [N in StreamName<A>]: (
    input: z.output<A['streams'][N]['input']>,
    emit: (event: z.input<A['streams'][N]['event']>) => void,
    signal: AbortSignal,
  ) => Promise<void>;
};

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

const requestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('listen'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number() }),
]);
type Request = z.infer<typeof requestSchema>;

/** `result` answers a call; `event`* then `end` a stream; `error` ends either. */
type Reply =
  | { type: 'result'; id: number; output: unknown }
  | { type: 'event'; id: number; event: unknown }
  | { type: 'end'; id: number }
  | { type: 'error'; id: number; error: SerializedError };

/** Parses `value`, naming the first field that is wrong. @throws input/bad-request */
function check(schema: z.ZodType, value: unknown, name: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('input/bad-request', { name, path: issue.path.join('.') || 'input', problem: issue.message });
}

/**
 * Answers requests that arrive on `transport` until it closes, then aborts what is still running.
 * `onBug` is told of every error that is no AppError, before the client is.
 */
export function serve<A extends ApiShape>(
  api: A,
  handlers: Handlers<A>,
  transport: Transport,
  onBug: (error: unknown, name: string) => void,
): void {
  const running = new Map<number, AbortController>();
  const reply = (message: Reply) => transport.send(message);

  async function answer(request: Exclude<Request, { type: 'cancel' }>, signal: AbortSignal): Promise<void> {
    const { id, name } = request;
    // The table decides at run time what the types above promise at compile time.
    const table = handlers as unknown as Record<string, (...args: unknown[]) => unknown>;
    if (request.type === 'call') {
      const shape = Object.hasOwn(api.calls, name) ? api.calls[name] : undefined;
      if (!shape) throw new AppError('input/unknown-call', { name });
      const output = await table[name](check(shape.input, request.input, name), signal);
      if (!signal.aborted) reply({ type: 'result', id, output: shape.output.parse(output) });
    } else {
      const shape = Object.hasOwn(api.streams, name) ? api.streams[name] : undefined;
      if (!shape) throw new AppError('input/unknown-call', { name });
      const emit = (event: unknown) => {
        if (!signal.aborted) reply({ type: 'event', id, event: shape.event.parse(event) });
      };
      await table[name](check(shape.input, request.input, name), emit, signal);
      if (!signal.aborted) reply({ type: 'end', id });
    }
  }

  transport.onMessage((message) => {
    const parsed = requestSchema.safeParse(message);
    if (!parsed.success) return onBug(parsed.error, 'a message that is no request');
    const request = parsed.data;
    if (request.type === 'cancel') {
      running.get(request.id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(request.id, controller);
    answer(request, controller.signal)
      .catch((thrown: unknown) => {
        const error = translateSystemError(thrown);
        if (!(error instanceof AppError)) onBug(error, request.name);
        if (!controller.signal.aborted) reply({ type: 'error', id: request.id, error: serializeError(error) });
      })
      .finally(() => running.delete(request.id));
  });
  transport.onClose(() => {
    for (const controller of running.values()) controller.abort();
  });
}

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

/**
 * Two ends in one process. Messages are cloned and arrive in a later microtask, so that code that works here works between processes.
 */
export function memoryTransports(): [Transport, Transport] {
  const ends = [0, 1].map(() => ({
    message: [] as ((message: unknown) => void)[],
    close: [] as (() => void)[],
  }));
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    for (const end of ends) for (const listener of end.close) listener();
  };
  const end = (own: number): Transport => ({
    send: (message) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => {
        if (open) for (const listener of ends[1 - own].message) listener(copy);
      });
    },
    onMessage: (listener) => void ends[own].message.push(listener),
    onClose: (listener) => void ends[own].close.push(listener),
    close,
  });
  return [end(0), end(1)];
}
