// Owns the host's end of calls and streams, and a pair of transports within one process; the client's end is rpc-client.ts.
// One table (api.ts) types both ends; inputs and outputs are checked against its schemas where they arrive at the host.
import { z } from 'zod';
import { AppError, serializeError } from '../base/errors.ts';
import { translateSystemError } from '../base/system-errors.ts';
import type { ApiShape, CallName, Reply, Request, StreamName, Transport } from './rpc-client.ts';

export * from './rpc-client.ts';

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

const requestSchema: z.ZodType<Request> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('listen'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.number() }),
]);

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
    if (running.has(request.id)) return onBug(new RangeError(`request ${request.id} is not over yet`), request.name);
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
