import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../core/base/errors.ts';
import { type ApiShape, connect, type Handlers, memoryTransports, serve } from '../../core/contract/rpc.ts';

const api = {
  calls: {
    'sum.add': { input: z.object({ a: z.number(), b: z.number().default(1) }), output: z.number() },
    'sum.wait': { input: z.object({}), output: z.string() },
    'sum.fail': { input: z.object({ how: z.enum(['expected', 'bug']) }), output: z.null() },
    'sum.wrong': { input: z.object({}), output: z.number() },
  },
  streams: {
    'sum.count': { input: z.object({ to: z.number() }), event: z.number() },
    'sum.forever': { input: z.object({}), event: z.number() },
  },
} satisfies ApiShape;

function setUp() {
  const seen = { bugs: [] as unknown[], aborted: [] as string[] };
  const forever = (name: string, signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        seen.aborted.push(name);
        reject(new AppError('cancelled', {}));
      });
    });
  const handlers: Handlers<typeof api> = {
    'sum.add': ({ a, b }) => a + b,
    'sum.wait': (_, signal) => forever('wait', signal),
    'sum.fail': ({ how }) => {
      if (how === 'bug') throw new TypeError('a bug');
      throw new AppError('data/empty-file', { file: 'x.csv' });
    },
    'sum.wrong': () => 'text' as never,
    'sum.count': async ({ to }, emit) => {
      for (let i = 1; i <= to; i++) emit(i);
      if (to > 3) throw new AppError('data/empty-file', { file: 'y.csv' });
    },
    'sum.forever': (_, emit, signal) => {
      emit(0);
      return forever('stream', signal);
    },
  };
  const [here, there] = memoryTransports();
  serve(api, handlers, there, (error) => seen.bugs.push(error));
  return { client: connect<typeof api>(here), seen, here };
}

test('a call answers, and schema defaults apply at the host', async () => {
  const { client } = setUp();
  expect(await client.call('sum.add', { a: 2 })).toBe(3);
  expect(await Promise.all([1, 2, 3].map((a) => client.call('sum.add', { a, b: 10 })))).toEqual([11, 12, 13]);
});

test('a wrong input is refused by name and field; an unknown call is refused, also one that objects inherit', async () => {
  const { client, here } = setUp();
  await expect(client.call('sum.add', { a: 'two' as never })).rejects.toMatchObject({
    code: 'input/bad-request',
    params: { name: 'sum.add', path: 'a' },
  });
  const raw = connect<ApiShape>(here);
  await expect(raw.call('sum.nothing', {})).rejects.toMatchObject({ code: 'input/unknown-call' });
  await expect(raw.call('constructor', {})).rejects.toMatchObject({ code: 'input/unknown-call' });
});

test('an AppError keeps its code and parameters; a bug is told to the host and arrives as no AppError', async () => {
  const { client, seen } = setUp();
  await expect(client.call('sum.fail', { how: 'expected' })).rejects.toMatchObject({
    code: 'data/empty-file',
    params: { file: 'x.csv' },
  });
  expect(seen.bugs).toEqual([]);
  const bug: unknown = await client.call('sum.fail', { how: 'bug' }).catch((error: unknown) => error);
  expect(bug).not.toBeInstanceOf(AppError);
  expect(bug).toHaveProperty('message', 'a bug');
  expect(seen.bugs).toHaveLength(1);
});

test('an output that its schema does not know is a bug of the host', async () => {
  const { client, seen } = setUp();
  await expect(client.call('sum.wrong', {})).rejects.toThrow();
  expect(seen.bugs).toHaveLength(1);
});

test('aborting a call rejects at once with cancelled and aborts the handler', async () => {
  const { client, seen } = setUp();
  const controller = new AbortController();
  const call = client.call('sum.wait', {}, controller.signal);
  await client.call('sum.add', { a: 1 });
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  await client.call('sum.add', { a: 1 });
  expect(seen.aborted).toEqual(['wait']);
  await expect(client.call('sum.add', { a: 1 }, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
});

test('a stream gives its events in order and ends; its error rejects `ended`', async () => {
  const { client } = setUp();
  const events: number[] = [];
  await client.listen('sum.count', { to: 3 }, (event) => events.push(event)).ended;
  expect(events).toEqual([1, 2, 3]);
  await expect(client.listen('sum.count', { to: 4 }, (event) => events.push(event)).ended).rejects.toMatchObject({
    code: 'data/empty-file',
  });
  expect(events).toEqual([1, 2, 3, 1, 2, 3, 4]);
});

test('cancelling a stream ends it here and aborts it there', async () => {
  const { client, seen } = setUp();
  const stream = client.listen('sum.forever', {}, () => {});
  await client.call('sum.add', { a: 1 });
  stream.cancel();
  await stream.ended;
  await client.call('sum.add', { a: 1 });
  expect(seen.aborted).toEqual(['stream']);
});

test('a closed channel fails what waits and what comes after, and aborts the handlers', async () => {
  const { client, seen } = setUp();
  const call = client.call('sum.wait', {});
  await client.call('sum.add', { a: 1 });
  client.close();
  await expect(call).rejects.toMatchObject({ code: 'state/disconnected' });
  await expect(client.call('sum.add', { a: 1 })).rejects.toMatchObject({ code: 'state/disconnected' });
  expect(seen.aborted).toEqual(['wait']);
});

test('the id of a request that goes on is no other, so that nothing is out of reach of its end', async () => {
  const { seen, here } = setUp();
  const replies: unknown[] = [];
  here.onMessage((message) => replies.push(message));
  here.send({ type: 'listen', id: 1, name: 'sum.forever', input: {} });
  here.send({ type: 'call', id: 1, name: 'sum.add', input: { a: 1 } });
  await expect.poll(() => seen.bugs).toHaveLength(1);
  expect(replies).toEqual([{ type: 'event', id: 1, event: 0 }]);
  here.close();
  await expect.poll(() => seen.aborted).toEqual(['stream']);
});

test('a message that is no request is told as a bug and harms nothing', async () => {
  const { client, seen, here } = setUp();
  here.send({ type: 'launch' });
  expect(await client.call('sum.add', { a: 1 })).toBe(2);
  expect(seen.bugs).toHaveLength(1);
});
