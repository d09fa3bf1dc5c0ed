// What the desktop decides before Electron is asked: windows on displays, menus, closing, activity, memory, workers' ends, updates.
import { expect, test } from 'vitest';
import { classifyExit } from '../../../core/app/worker-exit.ts';
import { activityOf, endedSince, type JobState } from '../../../main/electron/activity.ts';
import { closeStep, shouldQuit } from '../../../main/electron/closing.ts';
import { parseMemory, withRecent, withWindow } from '../../../main/electron/memory.ts';
import { menuTemplate } from '../../../main/electron/menu.ts';
import { type MainPort, portTransport } from '../../../main/electron/port.ts';
import { exitOf, type Utility, utilitySpawner } from '../../../main/electron/spawn.ts';
import { endedText, textsOf } from '../../../main/electron/texts.ts';
import { lookForUpdate, type Updater } from '../../../main/electron/updates.ts';
import { windowBounds } from '../../../main/electron/window-state.ts';

const laptop = { x: 0, y: 25, width: 1280, height: 775 };
const wide = { x: 1280, y: 0, width: 2560, height: 1440 };

test('a window opens in the middle of the first display, no larger than that', () => {
  expect(windowBounds(undefined, [laptop])).toEqual({ x: 0, y: 25, width: 1280, height: 775, maximized: false });
  expect(windowBounds(undefined, [wide])).toEqual({ x: 1840, y: 270, width: 1440, height: 900, maximized: false });
});

test('a window stands where it was left, while its title bar can be got hold of there', () => {
  const saved = { x: 1500, y: 100, width: 1600, height: 1000, maximized: true };
  expect(windowBounds(saved, [laptop, wide])).toEqual(saved);
  const hanging = { ...saved, x: 1500 - 1600, maximized: false }; // its right end is still on the laptop
  expect(windowBounds(hanging, [laptop])).toMatchObject({ x: -100, y: 100, width: 1280, height: 775 });
});

test.each([
  ['its display is gone', { x: 1500, y: 100, width: 1200, height: 700, maximized: false }],
  ['it is above the display', { x: 100, y: -500, width: 1200, height: 700, maximized: false }],
  ['only a corner would show', { x: 1270, y: 100, width: 1200, height: 700, maximized: false }],
])('a window comes back to the middle where %s', (_, saved) => {
  expect(windowBounds(saved, [laptop])).toMatchObject({ x: 40, y: 63, width: 1200, height: 700 });
});

test('a window is never smaller than the interface can be', () => {
  const tiny = { x: 100, y: 100, width: 10, height: 10, maximized: false };
  expect(windowBounds(tiny, [laptop])).toMatchObject({ width: 960, height: 640 });
});

type MenuItems = ReturnType<typeof menuTemplate>;
const actions = { openWorkspace: () => {}, openRecent: () => {}, showWorkspace: () => {} };
const labels = (template: MenuItems): string[] => template.map(({ label, role }) => label ?? String(role));
const submenu = (template: MenuItems, label: string): MenuItems =>
  template.find((item) => item.label === label)?.submenu as MenuItems;

test('the menu follows the platform and the language', () => {
  const options = { texts: textsOf('en'), platform: 'linux' as const, recent: [], developer: false };
  expect(labels(menuTemplate(options, actions))).toEqual(['File', 'Edit', 'View', 'Window', 'Help']);
  const mac = menuTemplate({ ...options, platform: 'darwin', texts: textsOf('ja') }, actions);
  expect(labels(mac)).toEqual(['appMenu', 'ファイル', '編集', '表示', 'ウィンドウ']);
  expect(submenu(mac, 'ファイル').some(({ role }) => role === 'quit')).toBe(false);
});

test('developer tools and reloading are for developers', () => {
  const options = { texts: textsOf('en'), platform: 'linux' as const, recent: [], developer: false };
  const roles = (developer: boolean) =>
    menuTemplate({ ...options, developer }, actions).flatMap((item) =>
      (Array.isArray(item.submenu) ? item.submenu : []).map(({ role }) => role),
    );
  expect(roles(false)).not.toContain('toggleDevTools');
  expect(roles(true)).toContain('toggleDevTools');
});

test('recent workspaces open by their names, told apart where they are alike', () => {
  const opened: string[] = [];
  const recent = ['/a/market', '/b/market', '/c/R&D'];
  const template = menuTemplate(
    { texts: textsOf('en'), platform: 'win32', recent, developer: false },
    { ...actions, openRecent: (workspace) => opened.push(workspace) },
  );
  const items = submenu(submenu(template, 'File'), 'Open recent');
  expect(labels(items)).toEqual(['market (/a)', 'market (/b)', 'R&&D']);
  items[2].click?.(undefined as never, undefined, undefined as never);
  expect(opened).toEqual(['/c/R&D']);
});

test('closing asks only where work runs, and does what was answered', () => {
  expect(closeStep(0)).toBe('close');
  expect(closeStep(2)).toBe('ask');
  expect(closeStep(2, 'keep')).toBe('hide');
  expect(closeStep(2, 'stop')).toBe('stop-then-close');
  expect(closeStep(2, 'cancel')).toBe('stay');
});

test('the app ends with its last window and its last job', () => {
  expect(shouldQuit([], 'linux', false)).toBe(true);
  expect(shouldQuit([{ visible: true, active: 0 }], 'linux', true)).toBe(false);
  expect(shouldQuit([{ visible: false, active: 1 }], 'linux', true)).toBe(false);
  expect(shouldQuit([{ visible: false, active: 0 }], 'win32', false)).toBe(true);
  expect(shouldQuit([], 'darwin', false)).toBe(false);
  expect(shouldQuit([], 'darwin', true)).toBe(true);
});

const job = (id: string, status: JobState['status'], kind = 'import', done?: number): JobState => ({
  id,
  kind,
  status,
  progress: done === undefined ? null : { stage: 'x', done, total: 10 },
});

test('the task bar shows training before other work, and the system stays awake while anything is running', () => {
  expect(activityOf([job('a', 'finished')])).toEqual({ active: 0, progress: -1, awake: false });
  expect(activityOf([job('a', 'running', 'import', 9), job('b', 'running', 'train', 2)])).toEqual({
    active: 2,
    progress: 0.2,
    awake: true,
  });
  expect(activityOf([job('a', 'running')])).toEqual({ active: 1, progress: 2, awake: true });
  expect(activityOf([job('a', 'paused', 'train', 5)])).toEqual({ active: 1, progress: 0.5, awake: false });
});

test('a job is told of once, when it has ended', () => {
  const before = [job('a', 'running'), job('b', 'paused'), job('c', 'finished')];
  const now = [job('a', 'failed'), job('b', 'paused'), job('c', 'finished'), job('d', 'finished')];
  expect(endedSince(before, now).map(({ id }) => id)).toEqual(['a']);
  expect(endedSince(now, now)).toEqual([]);
  expect(endedText('en', 'train', 'finished')).toBe('Training finished');
  expect(endedText('ja', 'train', 'failed')).toBe('学習が失敗しました');
});

test('what is remembered outlives damage, and does not pile up', () => {
  expect(parseMemory('{"recent":')).toEqual({ recent: [], windows: {} });
  expect(parseMemory('{"recent":[1]}')).toEqual({ recent: [], windows: {} });
  const state = { x: 0, y: 0, width: 1000, height: 700, maximized: false };
  let memory = parseMemory('{}');
  for (let i = 0; i < 20; i++) memory = withWindow(withRecent(memory, `/w${i}`), `/w${i}`, state);
  memory = withRecent(memory, '/w12');
  expect(memory.recent.slice(0, 3)).toEqual(['/w12', '/w19', '/w18']);
  expect(memory.recent).toHaveLength(10);
  expect(Object.keys(memory.windows).sort()).toEqual([...memory.recent].sort());
  expect(parseMemory(JSON.stringify(memory))).toEqual(memory);
});

test.each([
  ['out of memory by Chromium', exitOf(1, 'oom', '', ''), 'out-of-memory'],
  ['out of memory by V8', exitOf(134, undefined, '', 'FATAL ERROR: Reached heap limit'), 'out-of-memory'],
  ['killed from outside', exitOf(0, 'killed', '', ''), 'killed'],
  ['killed, as the exit tells', exitOf(9, undefined, '', ''), process.platform === 'win32' ? 'crashed' : 'killed'],
  ['crashed', exitOf(139, 'crashed', '', 'Segmentation fault'), 'crashed'],
] as const)('a utility process that was %s is classified so', (_, exit, outcome) => {
  expect(classifyExit('train', exit).outcome).toBe(outcome);
});

/** A utility process as Electron would give it, driven by the test. */
function fakeUtility(pid: number | undefined = 42) {
  const listeners = new Map<string, (...args: never[]) => void>();
  const state = { sent: [] as unknown[], politelyKilled: 0 };
  const output = { on: (_: 'data', listener: (data: unknown) => void) => void listeners.set('output', listener) };
  const child: Utility = {
    pid,
    stdout: null,
    stderr: output,
    postMessage: (message) => void state.sent.push(message),
    kill: () => {
      state.politelyKilled++;
      return true;
    },
    on: (event: string, listener: (...args: never[]) => void) => void listeners.set(event, listener),
  };
  const raise = (event: string, ...args: unknown[]) => listeners.get(event)?.(...(args as never[]));
  return { child, state, raise };
}

test('a worker in a utility process is told apart from others of its kind, ends at once and is heard to its end', async () => {
  const { child, state, raise } = fakeUtility();
  const names: string[] = [];
  const killed: number[] = [];
  let gone: (name: string, reason: string) => void = () => {};
  const spawn = utilitySpawner({
    fork: (entry, _, { serviceName }) => {
      expect(entry).toMatch(/main\/workers\/train\.ts$/);
      names.push(serviceName);
      return names.length === 1 ? child : fakeUtility(43).child;
    },
    onGone: (listener) => {
      gone = listener;
    },
    kill: (pid) => killed.push(pid),
  });
  const worker = spawn('train');
  spawn('train');
  expect(new Set(names).size).toBe(2);
  const messages: unknown[] = [];
  worker.onMessage((message) => messages.push(message));
  worker.send({ type: 'pause' });
  raise('message', { type: 'ready', pid: 42 });
  raise('output', 'JavaScript heap out of memory');
  expect(state.sent).toEqual([{ type: 'pause' }]);
  worker.kill();
  expect(killed).toEqual([42]);

  const exit = new Promise((resolve) => worker.onExit(resolve));
  gone(names[0], 'killed');
  gone(names[1], 'oom'); // not this one
  raise('exit', 9);
  raise('message', { type: 'failed' }); // sent before the end, and still under way
  expect(await exit).toEqual({ code: null, signal: 'SIGKILL', stderr: 'JavaScript heap out of memory' });
  expect(messages).toEqual([{ type: 'ready', pid: 42 }, { type: 'failed' }]);
  worker.send({ type: 'stop' }); // is heard by nobody, and harms nothing
  expect(state.sent).toHaveLength(1);
});

test('a worker that has no process yet is asked to end', () => {
  const { child, state } = fakeUtility();
  const spawn = utilitySpawner({ fork: () => ({ ...child, pid: undefined }), onGone: () => {}, kill: () => {} });
  spawn('pipeline').kill();
  expect(state.politelyKilled).toBe(1);
});

test('a port is a transport, and both closings are heard once', async () => {
  const { port1, port2 } = new MessageChannel();
  const main: MainPort = {
    postMessage: (message) => port1.postMessage(message),
    start: () => port1.start(),
    close: () => port1.close(),
    on: (event: string, listener: (event: { data: unknown }) => void) =>
      port1.addEventListener(event, (given) => listener({ data: (given as MessageEvent).data })),
  };
  const transport = portTransport(main);
  const portClosed = new Promise((resolve) => port1.addEventListener('close', resolve));
  let closings = 0;
  transport.onClose(() => closings++);
  const arrived = new Promise((resolve) => transport.onMessage(resolve));
  port2.postMessage({ column: new Float64Array([1, Number.NaN]) });
  expect(await arrived).toEqual({ column: new Float64Array([1, Number.NaN]) });
  transport.close();
  transport.close();
  transport.send({ into: 'nothing' });
  await portClosed;
  expect(closings).toBe(1);
});

function recordingUpdater(version: string | null) {
  const calls: string[] = [];
  const updater: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: false,
    setFeedURL: ({ url }) => void calls.push(`feed ${url}`),
    checkForUpdates: async () => {
      if (version === null) throw new Error('offline');
      return { isUpdateAvailable: version !== '0.1.0', updateInfo: { version } };
    },
    downloadUpdate: async () => void calls.push('download'),
  };
  return { updater, calls };
}

test('nothing is asked for while updates are off, nor without an address', async () => {
  const refuse = async (): Promise<never> => {
    throw new Error('must not be called');
  };
  const off = { enabled: false, feed: 'https://x', load: refuse, ask: refuse, note: refuse };
  expect(await lookForUpdate(off)).toBe('off');
  expect(await lookForUpdate({ ...off, enabled: true, feed: undefined })).toBe('no-feed');
});

test('an update is downloaded only when the user says so, and every request is noted', async () => {
  const outcome = async (version: string | null, answer: boolean) => {
    const { updater, calls } = recordingUpdater(version);
    const notes: string[] = [];
    const result = await lookForUpdate({
      enabled: true,
      feed: 'https://updates.example',
      load: async () => updater,
      ask: async () => answer,
      note: async ({ purpose, status }) => void notes.push(`${purpose}: ${status}`),
    });
    expect(updater.autoDownload).toBe(false);
    return { result, calls: calls.slice(1), notes };
  };
  expect(await outcome('0.1.0', true)).toEqual({
    result: 'current',
    calls: [],
    notes: ['looking for a new version: 200'],
  });
  expect(await outcome('0.2.0', false)).toMatchObject({ result: 'declined', calls: [] });
  expect(await outcome('0.2.0', true)).toEqual({
    result: 'downloaded',
    calls: ['download'],
    notes: ['looking for a new version: 200', 'downloading version 0.2.0: null'],
  });
  expect(await outcome(null, true)).toEqual({
    result: 'unreachable',
    calls: [],
    notes: ['looking for a new version: null'],
  });
});
