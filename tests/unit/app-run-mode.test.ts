// Which runs are cut short, as their stored configs tell.
import { expect, test } from 'vitest';
import { modeOf, shortModeOf } from '../../core/app/run-mode.ts';

test('the mode is that of the config; debug and demo are short', () => {
  expect(modeOf('engine: auto\nmode: production\n')).toBe('production');
  expect(modeOf('train:\n  mode: debug\n')).toBe('');
  expect(shortModeOf('mode: "debug"\n')).toBe('debug');
  expect(shortModeOf('mode: demo\n')).toBe('demo');
  expect(shortModeOf('mode: full\n')).toBeNull();
});
