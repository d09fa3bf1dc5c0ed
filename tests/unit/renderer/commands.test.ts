import { expect, test } from 'vitest';
import { effectScope } from 'vue';
import {
  availableCommands,
  type Command,
  findCommands,
  type Key,
  shortcutKeys,
  shortcutMatcher,
  useCommands,
} from '../../../renderer/lib/commands.ts';

const command = (id: string, title: string, shortcut?: string): Command => ({
  id,
  title: () => title,
  ...(shortcut ? { shortcut } : {}),
  run: () => {},
});
const key = (name: string, held: Partial<Key> = {}): Key => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

test('commands are there as long as the page that adds them, and a page may take one over for its time', () => {
  const frame = effectScope();
  const page = effectScope();
  frame.run(() => useCommands([command('go', 'Go'), command('help', 'Help')]));
  page.run(() => useCommands([command('go', 'Go elsewhere'), { ...command('no', 'No'), enabled: () => false }]));
  expect(availableCommands().map(({ title }) => title())).toEqual(['Go elsewhere', 'Help']);
  frame.stop();
  expect(availableCommands().map(({ id }) => id)).toEqual(['go']);
  page.stop();
  expect(availableCommands()).toEqual([]);
});

test('a query finds every word anywhere, titles that begin with it first', () => {
  const commands = [command('x', 'Compare runs'), command('y', 'Runs'), { ...command('z', '実行'), keywords: 'runs' }];
  expect(findCommands(commands, 'runs').map(({ id }) => id)).toEqual(['y', 'x', 'z']);
  expect(findCommands(commands, 'ru com').map(({ id }) => id)).toEqual(['x']);
  expect(findCommands(commands, '実').map(({ id }) => id)).toEqual(['z']);
  expect(findCommands(commands, 'zzz')).toEqual([]);
  expect(findCommands(commands, '')).toHaveLength(3);
});

test('one key, a held key and two keys in a row each start their command; a slow second key does not', () => {
  const commands = [command('palette', 'P', 'mod+k'), command('runs', 'R', 'g r'), command('star', 'S', 'r')];
  const match = shortcutMatcher();
  expect(match(commands, key('k', { ctrlKey: true }), 0)?.id).toBe('palette');
  expect(match(commands, key('k', { metaKey: true }), 1)?.id).toBe('palette');
  expect(match(commands, key('g'), 2)).toBeUndefined();
  expect(match(commands, key('r'), 500)?.id).toBe('runs');
  expect(match(commands, key('r'), 600)?.id).toBe('star');
  expect(match(commands, key('g'), 700)).toBeUndefined();
  expect(match(commands, key('r'), 5_000)?.id).toBe('star');
});

test('shortcuts are shown as keys are labelled', () => {
  expect(shortcutKeys('mod+k', false)).toEqual(['Ctrl', 'K']);
  expect(shortcutKeys('mod+enter', true)).toEqual(['⌘', 'Enter']);
  expect(shortcutKeys('g r', false)).toEqual(['G', 'R']);
});
