import { expect, test } from 'vitest';
import { dateTicks, extent, linear, ticks } from '../../../core/report/charts/scale.ts';
import { direction, interval, number } from '../../../core/report/format.ts';
import { html, trusted } from '../../../core/report/html.ts';
import { fill, labelsOf } from '../../../core/report/labels.ts';
import { withShortLists } from '../../../core/report/sections/method.ts';
import { runningMean } from '../../../core/report/sections/skill.ts';
import { parseConfigText } from '../../../core/config/compose.ts';

test('markup escapes text, passes markup and lists of it, drops what is absent', () => {
  expect(html`<a title="${'"\'<&>'}">${[html`<b>${1}</b>`, 'x>']}${null}${false}${undefined}</a>`.text).toBe(
    '<a title="&quot;&#39;&lt;&amp;&gt;"><b>1</b>x&gt;</a>',
  );
  expect(html`${trusted('<i>')}${'a\u0007\r\n\tb'}`.text).toBe('<i>a\uFFFD\r\n\tb');
});

test('numbers: grouping, true minus, no negative zero, a dash for undefined', () => {
  expect(number(-1234567.891, 'ratio')).toBe('−1,234,567.89');
  expect(number(-0.00001, 'ic', true)).toBe('0.0000');
  expect(number(0.0312, 'ic', true)).toBe('+0.0312');
  expect(number(-0.1234, 'percent')).toBe('−12.3%');
  expect(number(1250, 'count')).toBe('1,250');
  expect([number(null, 'ic'), number(Number.NaN, 'ic'), number(undefined, 'ic')]).toEqual(['–', '–', '–']);
  expect(interval({ low: -0.1, high: 0.2 }, 'ratio', true)).toBe('−0.10\u00A0…\u00A0+0.20');
  expect(interval({ low: null, high: null }, 'ratio')).toBe('–');
});

test('a direction is claimed only by an interval clear of zero', () => {
  expect([
    direction({ low: 0.1, high: 0.2 }),
    direction({ low: -0.2, high: -0.1 }),
    direction({ low: -0.1, high: 0.1 }),
    direction({ low: 0, high: 0.1 }),
    direction({ low: null, high: null }),
  ]).toEqual(['above', 'below', 'open', 'open', 'open']);
});

test('ticks are round, cover the domain and survive one of no width', () => {
  expect(ticks([0, 1])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks([-0.031, 0.052], 4)).toEqual([-0.05, -0.025, 0, 0.025, 0.05, 0.075]);
  for (const domain of [
    [5, 5],
    [0, 0],
    [-1e-9, 1e-9],
    [1e6, 1.2e6],
  ] as [number, number][]) {
    const values = ticks(domain);
    expect(values[0]).toBeLessThanOrEqual(domain[0]);
    expect(values.at(-1)!).toBeGreaterThanOrEqual(domain[1]);
    expect(values.length).toBeLessThan(10);
  }
  expect(linear([2, 2], [0, 10])(2)).toBe(5);
  expect(extent([null, Number.NaN, 3, -1], 0)).toEqual([-1, 3]);
  expect(extent([])).toEqual([0, 1]);
});

/** Every calendar day from a date. */
function daysFrom(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.parse(first) + i * 86_400_000).toISOString().slice(0, 10),
  );
}

test('date ticks: days, months or years, never more than asked for', () => {
  const labels = (dates: string[], locale: 'en' | 'ja' = 'en'): string[] =>
    dateTicks(dates, locale, 6).map(({ label }) => label);
  expect(labels(daysFrom('2020-01-06', 4))).toEqual(['6 Jan', '7 Jan', '8 Jan', '9 Jan']);
  expect(labels(daysFrom('2020-01-06', 100))).toEqual(['Feb 2020', 'Mar 2020', 'Apr 2020']);
  expect(labels(daysFrom('2015-03-01', 365 * 5))).toEqual(['2016', '2017', '2018', '2019', '2020']);
  expect(labels(daysFrom('2020-01-06', 400), 'ja')[0]).toBe('2020年3月');
  expect(labels([])).toEqual([]);
  for (let count = 1; count < 9000; count = count * 2 + 1) {
    const found = labels(daysFrom('1990-02-03', count));
    expect(found.length).toBeLessThanOrEqual(6);
    expect(found.length).toBeGreaterThan(0);
  }
});

test('a running mean starts when it is full and leaves gaps as gaps', () => {
  expect(runningMean([1, 2, null, 3, 4], 2)).toEqual([null, 1.5, null, 2.5, 3.5]);
});

test('the two languages fill the same places', () => {
  const [en, ja] = [labelsOf('en'), labelsOf('ja')];
  const places = (label: string): string[] =>
    [...new Set([...label.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    expect([key, places(ja[key])]).toEqual([key, places(en[key])]);
    expect(ja[key]).not.toBe('');
  }
  expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
});

test('English counts agree with their nouns', () => {
  const delisted = (count: number) => fill(labelsOf('en').warnDelisted, { count: number(count, 'count') });
  expect(delisted(1)).toBe('1 position was closed at its last price because its bars ended.');
  expect(delisted(1_200)).toBe('1,200 positions were closed at their last price because their bars ended.');
  expect(fill(labelsOf('en').deciles, { horizon: 1 })).toBe('Return by decile, 1 day ahead');
  expect(fill('{a:x:y} {b:x:y} {a}', { a: 1 })).toBe('x {b:x:y} 1');
  // A plain plural right after a place would read "1 days".
  const plain = Object.entries(labelsOf('en')).filter(([, label]) =>
    /\{\w+\} (trading |signal |predicted )?(day|stock|trade|order|position|prediction|trial|name|draw)s\b/.test(label),
  );
  expect(plain.map(([name]) => name)).toEqual([]);
});

test('lists of plain values stand in one line of the config, which means the same', () => {
  const config = [
    'features:',
    '  names:',
    '    - return_1',
    '    - rsi_14',
    '  graph:',
    '    k: 20',
    'tags:',
    '- a',
    '',
  ];
  const shown = withShortLists(config.join('\n'));
  expect(shown.split('\n')).toEqual([
    'features:',
    '  names:',
    '    [return_1, rsi_14]',
    '  graph:',
    '    k: 20',
    'tags:',
    '[a]',
    '',
  ]);
  const nested = 'rules:\n  - name: a\n    value: 1\n  - name: b\n';
  expect(withShortLists(nested)).toBe(nested);
  expect(parseConfigText('names:\n  [a, b]\n', 'test')).toEqual(parseConfigText('names:\n  - a\n  - b\n', 'test'));
});
