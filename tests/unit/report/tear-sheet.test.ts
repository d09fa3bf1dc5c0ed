import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { evaluate } from '../../../core/evaluate/evaluate.ts';
import type { TearSheetInput } from '../../../core/report/input.ts';
import { SCRIPT, SCRIPT_HASH } from '../../../core/report/script.ts';
import { tearSheet } from '../../../core/report/tear-sheet.ts';
import { predictionsOf } from '../evaluate/make-predictions.ts';
import { sampleSheet } from './make-sheet.ts';

let sample: TearSheetInput;
let page: string;
beforeAll(() => {
  sample = sampleSheet();
  page = tearSheet(sample);
});

/** Text between tags, without script and style. */
function visible(html: string): string {
  return html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '').replaceAll(/<[^>]*>/g, ' ');
}

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\u0000\u202E</pre></svg>`;

test('hostile text in any field stays text', () => {
  const withText = (text: string): string =>
    tearSheet({
      ...sample,
      title: text,
      dataset: { ...sample.dataset, name: text },
      model: text,
      created: text,
      ledger: sample.ledger.map((entry) => ({ ...entry, name: text, parent: text })),
      config: text,
      lineage: [[text, text]],
      evaluation: {
        ...sample.evaluation,
        firstDay: text,
        daily: { ...sample.evaluation.daily, days: [text, ...sample.evaluation.daily.days.slice(1)] },
      },
    });
  const hostile = withText(HOSTILE);
  // The same tags stand in the same number as on a page with harmless text.
  const tags = (html: string): string[] => [...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name).sort();
  expect(tags(hostile)).toEqual(tags(withText('x')));
  expect(hostile.match(/<script>/g)).toHaveLength(1);
  expect(hostile).not.toContain('<img');
  expect(hostile).not.toContain('\u0000');
  expect(hostile).not.toContain('\u202E');
  // No quote of a hostile name ends an attribute.
  const bareTags = [...hostile.replaceAll(/"[^"]*"/g, '""').matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag);
  expect(bareTags.filter((tag) => /\son\w+=/.test(tag))).toEqual([]);
  expect(hostile).toContain('&quot;&gt;&lt;script&gt;alert(1)');
});

test('the page asks nothing of the network and runs no script but its own', () => {
  expect(page).not.toMatch(/https?:|src=|url\(|@import|<link|<iframe/);
  expect(page).toContain(`default-src 'none'`);
  expect(SCRIPT_HASH).toBe(`sha256-${createHash('sha256').update(SCRIPT).digest('base64')}`);
  expect(page).toContain(`script-src '${SCRIPT_HASH}'`);
  expect(page).toContain(`<script>${SCRIPT}</script>`);
});

test('every number drawn is a number', () => {
  expect(page).not.toMatch(/NaN|Infinity|undefined|null"|\[object/);
});

test('synthetic data is said in the title, at the top, and nowhere on a page of real data', () => {
  expect(page).toMatch(/<title>[^<]*\(Synthetic data\)/);
  const [banner, header] = [page.indexOf('<div class="synthetic"><b>Synthetic data'), page.indexOf('<header>')];
  expect(banner).toBeGreaterThan(0);
  expect(banner).toBeLessThan(header);
  const real = tearSheet(sampleSheet({ synthetic: false }));
  expect(real).not.toContain('Synthetic');
  expect(visible(real)).toContain('survivorship');
});

test('what is known of stocks that left is said, and what is not', () => {
  const sheet = sampleSheet({ synthetic: false });
  const of = (dataset: Partial<typeof sheet.dataset>): string =>
    visible(tearSheet({ ...sheet, dataset: { ...sheet.dataset, ...dataset } }));
  expect(of({ survivorship: 'unknown' })).toContain('It is not known whether the universe holds delisted stocks');
  const some = of({ survivorship: 'some', delisted: { ended: 12, codes: 300 } });
  expect(some).toContain('the bars of 12 of 300 end before the last day');
  expect(some).not.toContain('It is not known');
});

test('both languages carry every section, and Japanese no English sentence', () => {
  const japanese = tearSheet({ ...sample, locale: 'ja' });
  const headings = (html: string): number => (html.match(/<h[23]>|<figcaption>/g) ?? []).length;
  expect(headings(japanese)).toBe(headings(page));
  expect(japanese).toContain('<html lang="ja">');
  for (const word of ['Sharpe,', 'Drawdown', 'Turnover', 'Assumptions', 'interval'])
    expect(visible(japanese)).not.toContain(word);
  expect(visible(japanese)).toContain('最大ドローダウン');
});

test('all it is asked to show is there', () => {
  const text = visible(page);
  for (const heading of [
    'Key figures',
    'Phases',
    'Cumulative IC',
    'Return by decile, 5 days ahead',
    'Calibration of quantiles',
    'Growth of 1',
    'Drawdown',
    'Return by month, net',
    'Turnover, one way',
    'Costs',
    'Configuration',
    'Lineage',
  ])
    expect(text).toContain(heading);
  expect(text).toContain('2 Graph attention');
  expect(text).toContain('Ridge regression');
  expect(text).toContain('decided before, on validation');
  expect(text).toContain('6b1f0c2f9a8e');
  expect(text).toContain('trials: 12');
});

test('without a backtest, phases or configuration their sections are left out', () => {
  const { backtest: _, ...rest } = sample;
  const bare = tearSheet({ ...rest, ledger: [], config: '', lineage: [], split: [] });
  for (const heading of ['Growth of 1', 'Phases', 'Configuration', 'Lineage', 'Deflated'])
    expect(visible(bare)).not.toContain(heading);
  expect(bare).not.toMatch(/NaN|undefined/);
});

test('an evaluation without a single judged day is a page that says so', () => {
  const flat = Array.from({ length: 5 }, () => [0.1]);
  const { backtest: _, ...rest } = sample;
  const bare = tearSheet({ ...rest, ledger: [], evaluation: evaluate(predictionsOf([flat], [flat]), { draws: 10 }) });
  expect(visible(bare)).toContain('No day could be judged');
  expect(bare).not.toMatch(/NaN|undefined|Infinity/);
});

test('warnings of one kind are one sentence that lists the horizons', () => {
  const leaky = {
    ...sample,
    evaluation: {
      ...sample.evaluation,
      warnings: [
        { code: 'implausible-ic', horizon: 'overall', metric: 'rankIc', value: 0.31 },
        { code: 'implausible-ic', horizon: 1, metric: 'rankIc', value: -0.42 },
        { code: 'constant-predictions', horizon: 5, days: 3 },
      ],
    },
  } satisfies TearSheetInput;
  const text = visible(tearSheet(leaky));
  expect(text).toContain('RankIC of −0.4200 is beyond ±0.10');
  expect(text).toContain('Horizons: overall, 1 d.');
  expect(text).toContain('constant on up to 3 days');
});

test('a sheet of a short run says so before any figure', () => {
  const sheet = (shortMode: 'debug' | null) => tearSheet({ ...sampleSheet(), shortMode });
  expect(sheet('debug')).toContain('Trained with mode=debug');
  expect(sheet(null)).not.toContain('mode=debug');
});
