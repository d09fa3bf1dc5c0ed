// The interface's client over channels in memory, against a host that knows three calls and two streams of the real contract.
import { expect, test } from 'vitest';
import { createApp, effectScope, nextTick, ref } from 'vue';
import { AppError } from '../../../core/base/errors.ts';
import { api } from '../../../core/contract/api.ts';
import { type ApiShape, type Handlers, memoryTransports, serve, type Transport } from '../../../core/contract/rpc.ts';
import { SETTINGS_DEFAULTS } from '../../../core/contract/views/workspace.ts';
import { Answers } from '../../../renderer/lib/answers.ts';
import { provideClient } from '../../../renderer/lib/client.ts';
import { createHostClient } from '../../../renderer/lib/host-client.ts';
import { fetchWith, useReading } from '../../../renderer/lib/reading.ts';
import { SETTINGS } from '../../../renderer/lib/readings.ts';
import { Refused } from '../../../renderer/lib/transport.ts';
import { useCall } from '../../../renderer/lib/use-call.ts';
import { useJob } from '../../../renderer/lib/use-job.ts';
import { useStream } from '../../../renderer/lib/use-stream.ts';

const small = {
  calls: {
    'settings.get': api.calls['settings.get'],
    'datasets.list': api.calls['datasets.list'],
    'jobs.get': api.calls['jobs.get'],
  },
  streams: { 'workspace.changes': api.streams['workspace.changes'], 'jobs.events': api.streams['jobs.events'] },
} satisfies ApiShape;
type Emit = (event: { topics: string[] }) => void;

function setUp() {
  const world = {
    threads: 0,
    asked: [] as string[],
    release: [] as (() => void)[],
    /** Streams of changes that are listened to. */
    listening: new Set<Emit>(),
    /** undefined: let in; else what opening throws. */
    fault: undefined as Error | undefined,
    host: undefined as Transport | undefined,
    opened: 0,
  };
  const handlers: Handlers<typeof small> = {
    'settings.get': () => ({ ...SETTINGS_DEFAULTS, threads: world.threads }),
    'datasets.list': () => {
      throw new AppError('data/empty-file', { file: 'x.csv' });
    },
    'jobs.get': async ({ jobId }, signal) => {
      world.asked.push(jobId);
      await new Promise<void>((resolve) => world.release.push(resolve));
      if (signal.aborted) world.asked.push(`${jobId} aborted`);
      throw new AppError('data/empty-file', { file: jobId });
    },
    'workspace.changes': (_, emit, signal) =>
      new Promise((resolve) => {
        world.listening.add(emit);
        signal.addEventListener('abort', () => {
          world.listening.delete(emit);
          resolve();
        });
      }),
    'jobs.events': async (_, emit) => {
      emit({ type: 'status', status: 'running' });
      emit({ type: 'progress', progress: { stage: 'bars', done: 1, total: 4 } });
      emit({ type: 'log', log: { level: 'info', message: 'hello' } });
      emit({ type: 'ended', end: { outcome: 'finished' } });
    },
  };
  const client = createHostClient(
    async () => {
      world.opened++;
      if (world.fault) throw world.fault;
      const [here, there] = memoryTransports();
      world.host = there;
      serve(small, handlers, there, (error) => expect.unreachable(String(error)));
      return here;
    },
    { random: () => 0.5, firstWaitMs: 1 },
  );
  const app = createApp({});
  provideClient(app, client);
  /** Runs a composable as a component would. */
  const within = <T>(make: () => T) => {
    const scope = effectScope();
    const made = app.runWithContext(() => scope.run(make) as T);
    return { made, stop: () => scope.stop() };
  };
  return { world, client, within };
}
const until = (condition: () => boolean) => expect.poll(condition, { interval: 2, timeout: 5_000 }).toBe(true);

test('a call made before the connection stands waits for it', async () => {
  const { client } = setUp();
  expect(client.state.value).toBe('connecting');
  expect(await client.call('settings.get', {})).toEqual(SETTINGS_DEFAULTS);
  expect(client.state.value).toBe('open');
  client.close();
});

test('a lost connection is opened again, and takes subscriptions along', async () => {
  const { world, client } = setUp();
  const seen: string[] = [];
  const stop = client.onChanges((topics) => seen.push(...topics));
  const other = client.onChanges(() => {});
  await until(() => world.listening.size === 1);
  for (const emit of world.listening) emit({ topics: ['runs'] });
  await until(() => seen.length === 1);

  world.fault = new Error('down');
  world.host?.close();
  await until(() => client.state.value === 'lost');
  await expect(client.call('settings.get', {})).rejects.toMatchObject({ code: 'state/disconnected' });
  world.fault = undefined;
  await until(() => client.state.value === 'open' && world.listening.size === 1);
  expect(client.epoch.value).toBe(2);
  for (const emit of world.listening) emit({ topics: ['jobs'] });
  await until(() => seen.length === 2);
  expect(seen).toEqual(['runs', 'jobs']);

  stop();
  expect(world.listening.size).toBe(1);
  other();
  await until(() => world.listening.size === 0);
  client.close();
});

test('a host that stays away is gone and one that refuses says so; both are left when it answers', async () => {
  const { world, client } = setUp();
  await client.call('settings.get', {});
  world.fault = new Error('down');
  world.host?.close();
  await until(() => client.state.value === 'gone');
  world.fault = new Refused();
  client.retryNow();
  await until(() => client.state.value === 'refused');
  world.fault = undefined;
  client.retryNow();
  await until(() => client.state.value === 'open');
  client.close();
  await until(() => client.state.value === 'closed');
});

test('what is shown is fetched again after a change of its topic, of its input, and of the connection', async () => {
  const { world, client, within } = setUp();
  const { made: settings, stop } = within(() => useCall('settings.get', () => ({}), { topics: ['settings'] }));
  expect(settings.loading.value).toBe(true);
  await until(() => settings.data.value?.threads === 0);
  expect(settings.loading.value).toBe(false);

  world.threads = 3;
  await until(() => world.listening.size === 1);
  for (const emit of world.listening) emit({ topics: ['runs'] });
  for (const emit of world.listening) emit({ topics: ['settings'] });
  await until(() => settings.data.value?.threads === 3);

  world.threads = 5;
  world.host?.close();
  await until(() => settings.data.value?.threads === 5);
  expect(settings.error.value).toBeNull();
  stop();
  await until(() => world.listening.size === 0);
  client.close();
});

test('what was answered last is shown at once, until something that it was made of is written', async () => {
  const { world, client, within } = setUp();
  const other = client.onChanges(() => {});
  const look = () => within(() => useCall('settings.get', () => ({}), { topics: ['settings'] }));
  const first = look();
  expect(first.made.data.value).toBeUndefined();
  await until(() => first.made.data.value?.threads === 0);
  first.stop();

  world.threads = 3;
  const again = look();
  expect(again.made.data.value).toBeUndefined(); // a component is set up before anything comes
  await nextTick();
  expect(again.made.data.value?.threads).toBe(0);
  await until(() => again.made.data.value?.threads === 3);
  again.stop();

  await until(() => world.listening.size === 1);
  for (const emit of world.listening) emit({ topics: ['settings'] });
  await until(() => client.answers.get('settings.get {}') === undefined);
  const later = look();
  await nextTick();
  expect(later.made.data.value).toBeUndefined();
  await until(() => later.made.data.value?.threads === 3);
  later.stop();
  other();
  expect(client.answers.get('settings.get {}')).toBeUndefined(); // nobody is told of changes any more
  client.close();
});

test('only so many answers are kept, and an answer without topics not at all', async () => {
  const answers = new Answers();
  for (let i = 0; i < 100; i++) answers.keep(`call ${i}`, ['runs'], i);
  expect([answers.get('call 0'), answers.get('call 99')]).toEqual([undefined, 99]);
  answers.keep('other', ['jobs'], 1);
  answers.forget(['runs']);
  expect([answers.get('call 99'), answers.get('other')]).toEqual([undefined, 1]);

  const { client, within } = setUp();
  const other = client.onChanges(() => {});
  const { made, stop } = within(() => useCall('settings.get', () => ({})));
  await until(() => made.data.value !== undefined);
  expect(client.answers.get('settings.get {}')).toBeUndefined();
  stop();
  other();
  client.close();
});

test('what was fetched ahead is asked for once and shown at once, unless it was written before it came', async () => {
  const { world, client, within } = setUp();
  const other = client.onChanges(() => {});
  await until(() => world.listening.size === 1);
  const fetch = fetchWith(client);
  const ahead = [fetch(SETTINGS), fetch(SETTINGS)];
  const coming = within(() => useReading(SETTINGS));
  const [first, second] = await Promise.all(ahead);
  expect(second).toBe(first);
  await until(() => coming.made.data.value === first);
  coming.stop();
  const later = within(() => useReading(SETTINGS));
  await nextTick();
  expect(later.made.data.value).toBe(first);
  expect(later.made.loading.value).toBe(false);
  later.stop();

  const answers = new Answers();
  const answered = Promise.withResolvers<string>();
  const own = answers.fetch('a', ['runs'], () => answered.promise);
  expect(answers.coming('a')).toBe(answered.promise);
  answers.forget(['runs']);
  expect(answers.coming('a')).toBeUndefined();
  answered.resolve('old');
  expect(await own).toBe('old');
  expect(answers.get('a')).toBeUndefined();
  await expect(answers.fetch('a', ['runs'], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await answers.fetch('a', ['runs'], () => Promise.resolve('new'))).toBe('new');
  expect(answers.get('a')).toBe('new');
  other();
  client.close();
});

test('a failure is kept as an error, and an input of null asks nothing', async () => {
  const { client, within } = setUp();
  const wanted = ref(true);
  const { made: list, stop } = within(() => useCall('datasets.list', () => (wanted.value ? {} : null)));
  await until(() => list.error.value !== null);
  expect(list.error.value).toMatchObject({ code: 'data/empty-file', params: { file: 'x.csv' } });
  wanted.value = false;
  await nextTick();
  expect(list.error.value).toBeNull();
  expect(list.loading.value).toBe(false);
  stop();
  client.close();
});

test('the answer to an earlier input is dropped, and its call is aborted at the host', async () => {
  const { world, client, within } = setUp();
  const id = ref('old');
  const { made: job, stop } = within(() => useCall('jobs.get', () => ({ jobId: id.value })));
  await until(() => world.asked.length === 1);
  id.value = 'new';
  await until(() => world.asked.length === 2);
  for (const release of world.release) release();
  await until(() => job.error.value !== null);
  expect(job.error.value).toMatchObject({ params: { file: 'new' } });
  expect(world.asked).toEqual(['old', 'new', 'old aborted']);
  stop();
  client.close();
});

test('a job is followed from its state so far to its end', async () => {
  const { client, within } = setUp();
  const ends: string[] = [];
  const { made: job, stop } = within(() =>
    useJob(
      () => 'one',
      ({ outcome }) => ends.push(outcome),
    ),
  );
  await until(() => job.end.value !== null);
  expect(job.status.value).toBe('ended');
  expect(job.progress.value).toEqual({ stage: 'bars', done: 1, total: 4 });
  expect(job.log.value.map(({ message }) => message)).toEqual(['hello']);
  expect(ends).toEqual(['finished']);
  stop();
  client.close();
});

test('a stream begins anew after a reconnection, told first, and ends with its component', async () => {
  const { world, client, within } = setUp();
  let starts = 0;
  const events: string[] = [];
  const { stop } = within(() =>
    useStream(
      'workspace.changes',
      () => ({}),
      ({ topics }) => events.push(...topics),
      () => starts++,
    ),
  );
  await until(() => world.listening.size === 1);
  const [before] = world.listening;
  world.host?.close();
  await until(() => world.listening.size === 1 && !world.listening.has(before));
  for (const emit of world.listening) emit({ topics: ['runs'] });
  await until(() => events.length === 1);
  expect(starts).toBe(2);
  stop();
  await until(() => world.listening.size === 0);
  client.close();
});
