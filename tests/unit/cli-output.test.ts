// What the command line writes: figures, tables, bars, and what it makes of options and errors.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import { parsePhases } from '../../main/node/commands/train.ts';
import {
  counted,
  displayWidth,
  formatBytes,
  formatFigure,
  formatInterval,
  formatPercent,
  formatSeconds,
  formatTable,
} from '../../main/node/format.ts';
import { exitCodeOf, type Io, localeOf, makeOutput, reportBug, reportExpected } from '../../main/node/output.ts';
import { progressView } from '../../main/node/progress.ts';
import { workspacePath } from '../../main/node/workspace-path.ts';

test('figures, intervals, sizes and times', () => {
  expect(formatFigure(0.02134)).toBe('0.0213');
  expect(formatFigure(null)).toBe('-');
  expect(formatFigure(Number.NaN)).toBe('-');
  expect(formatInterval({ value: 0.02, low: 0.01, high: 0.03 })).toBe('0.0200 [0.0100, 0.0300]');
  expect(formatInterval({ value: null, low: null, high: null })).toBe('-');
  expect([0, 1, 1200].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '1,200 rows']);
  expect(formatPercent(-0.1234)).toBe('-12.3 %');
  expect(formatBytes(999)).toBe('999 B');
  expect(formatBytes(12_345_678)).toBe('12.3 MB');
  expect([0.84, 42.4, 187, 3787].map(formatSeconds)).toEqual(['0.8 s', '42 s', '3:07', '1:03:07']);
});

test('tables align figures to the right and words to the left, wide characters counted as two', () => {
  expect(displayWidth('日経225')).toBe(7);
  const table = formatTable(
    ['name', 'rows'],
    [
      ['日経', '5'],
      ['sp500', '1,234'],
    ],
  );
  expect(table.split('\n')).toEqual(['name    rows', '日経       5', 'sp500  1,234']);
  expect(formatTable(['a'], [])).toBe('');
});

function screen(isTTY: boolean) {
  const state = { text: '', now: 0 };
  const view = progressView({ write: (text) => (state.text += text), isTTY, columns: 64 }, { now: () => state.now });
  return { state, view };
}

test('elsewhere than on a terminal: one plain line in 2 s, and the last state', () => {
  const { state, view } = screen(false);
  for (let i = 0; i <= 500; i++) {
    view.update({ stage: 'features', done: i, total: 500 });
    state.now += 10;
  }
  view.finish();
  expect(state.text.trimEnd().split('\n')).toEqual([
    'features  0 %  0/500',
    'features  40 %  200/500  100/s  3.0 s left',
    'features  80 %  400/500  100/s  1.0 s left',
    'features  100 %  500/500  100/s  in 5.0 s',
  ]);
  expect(state.text).not.toContain('\x1b');
});

test('on a terminal: one line that is rewritten, never wider than the screen; a new stage starts a new line', () => {
  const { state, view } = screen(true);
  view.update({ stage: 'read', done: 0, total: 4 });
  state.now += 1000;
  view.update({ stage: 'read', done: 2, total: 4, detail: 'a detail that is too long for what is left of the line' });
  view.line('a remark');
  view.update({ stage: 'write', done: 4, total: 4 });
  view.finish();
  const lines = state.text.split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/a remark$/);
  expect(lines[1]).toContain('████████████············]  50 %  2/4  2.0/s  1.0 s left');
  expect(lines[2]).toContain('100 %  4/4');
  for (const drawn of state.text.replaceAll('\r\x1b[2K', '\n').split('\n'))
    expect(displayWidth(drawn)).toBeLessThan(64);
});

test('a stage that reports seldom is seen to be alive', () => {
  for (const isTTY of [false, true]) {
    const { state, view } = screen(isTTY);
    view.update({ stage: 'read', done: 0, total: 1 });
    for (let second = 1; second <= 21; second++) {
      state.now += 1000;
      view.tick();
    }
    view.update({ stage: 'read', done: 1, total: 1 });
    view.finish();
    expect(state.text).toContain('0/1  10 s');
    expect(state.text).toContain('0/1  20 s');
    if (!isTTY) expect(state.text.trimEnd().split('\n')).toHaveLength(4);
    expect(state.text.trimEnd()).toMatch(/1\/1 {2}in 21 s$/);
  }
});

test('phases: all, one, lists and ranges; anything else is refused', () => {
  expect(parsePhases('all')).toEqual([0, 1, 2, 3, 4]);
  expect(parsePhases('3')).toEqual([3]);
  expect(parsePhases('4,0, 1-2')).toEqual([0, 1, 2, 4]);
  for (const wrong of ['5', 'x', '', '1-', '-1', '1..2']) expect(() => parsePhases(wrong)).toThrow(/--phase/);
});

test('exit codes tell wrong input from failed work', () => {
  expect(exitCodeOf('input/file-not-found')).toBe(2);
  expect(exitCodeOf('config/unknown-key')).toBe(2);
  expect(exitCodeOf('data/empty-file')).toBe(2);
  expect(exitCodeOf('state/not-found')).toBe(2);
  expect(exitCodeOf('state/newer-workspace')).toBe(1);
  expect(exitCodeOf('worker/hung')).toBe(1);
  expect(exitCodeOf('cancelled')).toBe(130);
});

test('the language comes from --lang, else the environment', () => {
  expect(localeOf(undefined, { LANG: 'ja_JP.UTF-8' })).toBe('ja');
  expect(localeOf(undefined, { LANG: 'ja_JP.UTF-8', LC_ALL: 'C' })).toBe('en');
  expect(localeOf('ja', { LANG: 'en_GB.UTF-8' })).toBe('ja');
  expect(localeOf(undefined, {})).toBe('en');
});

test("the workspace: --workspace, PHASOR_WORKSPACE, else the platform's data folder", () => {
  const env = { PHASOR_WORKSPACE: '/env' };
  expect(workspacePath('/opt', env)).toBe('/opt');
  expect(workspacePath(undefined, env)).toBe('/env');
  expect(workspacePath(undefined, { PHASOR_WORKSPACE: '', XDG_DATA_HOME: '/xdg', HOME: '/h' })).not.toBe('');
});

test('nothing that came from a file, a name or another program sends the terminal commands', () => {
  const evil = 'a\u001b[31mb\u001b]0;title\u0007\u009b2J\rc\u202Ed';
  const harmless = 'a\uFFFD[31mb\uFFFD]0;title\uFFFD\uFFFD2J\uFFFDc\uFFFDd';
  expect(formatTable(['x', 'y'], [[`1\n2`, evil]]).split('\n')).toHaveLength(2);
  const written: string[] = [];
  const sink = { write: (text: string) => void written.push(text) };
  const io: Io = { stdout: sink, stderr: sink, env: {}, onInterrupt: () => () => {} };
  const out = makeOutput(io, false, 'en');
  out.result({}, `${evil}\nnext`);
  out.note(evil);
  reportExpected(io, false, 'en', new AppError('input/file-not-found', { path: evil }));
  reportBug(io, false, 'en', mkdtempSync(join(tmpdir(), 'phasor-bug-')), new Error(evil));
  for (const isTTY of [false, true]) {
    const view = progressView({ ...sink, isTTY, columns: 200 }, { now: () => 0 });
    view.line(evil);
    view.update({ stage: evil, done: 1, total: 2, detail: evil });
    view.finish();
  }
  expect(written.length).toBeGreaterThanOrEqual(8);
  for (const text of [formatTable(['x'], [[evil]]), ...written]) {
    const own = text.replaceAll('\r\u001b[2K', ''); // what the bar itself writes
    expect(own).not.toMatch(/[^\P{Cc}\n]|\u202E/u);
  }
  expect(written[0]).toBe(`${harmless}\nnext\n`);
});

test('a bug is reported even where the folder of the logs cannot be written to', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'phasor-')), 'file');
  writeFileSync(file, '');
  let stderr = '';
  const io: Io = {
    stdout: { write: () => {} },
    stderr: { write: (text) => (stderr += text) },
    env: {},
    onInterrupt: () => () => {},
  };
  reportBug(io, false, 'en', join(file, 'logs'), new Error('surprise'));
  const [, path] = /details are in (\S+\.log)/.exec(stderr) ?? [];
  expect(path.startsWith(tmpdir())).toBe(true);
  expect(existsSync(path)).toBe(true);
  rmSync(path);
});
