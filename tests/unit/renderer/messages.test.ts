// Every messages file of the interface: what the compiler cannot see of the two languages.
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createI18n } from 'vue-i18n';
import { locale, type MessageTree, useMessages } from '../../../renderer/lib/i18n.ts';

const root = new URL('../../../', import.meta.url);
const files = globSync('renderer/**/{messages,words,*-messages,*-words}.ts', { cwd: root }).sort();

const isTable = (value: unknown): value is { en: MessageTree; ja: MessageTree } =>
  typeof value === 'object' && value !== null && 'en' in value && 'ja' in value;

function texts(tree: MessageTree, path = ''): [path: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : texts(value, `${path}${key}.`),
  );
}
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

test('there are messages', () => expect(files.length).toBeGreaterThan(3));

test.each(files)('%s: both languages say the same things, and every text can be written', async (file) => {
  const module = (await import(new URL(file, root).href)) as Record<string, unknown>;
  const tables = Object.values(module).filter(isTable);
  expect(tables.length).toBeGreaterThan(0);
  for (const { en, ja } of tables) {
    const english = texts(en);
    const japanese = new Map(texts(ja));
    expect([...japanese.keys()].sort()).toEqual(english.map(([path]) => path).sort());
    const t = useMessages({ en, ja });
    for (const [path, text] of english) {
      const other = japanese.get(path) ?? '';
      expect(placeholders(other), path).toEqual(placeholders(text));
      expect(text.trim() && other.trim(), path).not.toBe('');
      for (const each of ['en', 'ja'] as const) {
        locale.value = each;
        const values = Object.fromEntries(placeholders(text).map((name) => [name.slice(1, -1), 2]));
        const written = t.find(path, { ...values, n: 2 });
        expect(written, `${each} ${path}`).toBeTypeOf('string');
        expect(written, `${each} ${path}`).not.toMatch(/\{\w+\}|^m\d+\./);
      }
    }
  }
});

test('texts read as vue-i18n would write them, whichever of the two fills them in', () => {
  const en = {
    none: 'Nothing to fill in.',
    one: 'Of {name}, again {name}',
    two: 'one row of {name} | {n} rows of {name}',
    three: 'no row | one row | {n} rows',
    linked: "Like {'@'} and {name}",
  };
  const t = useMessages({ en, ja: en });
  const peer = createI18n({ legacy: false, locale: 'en', messages: { en } }).global;
  locale.value = 'en';
  for (const key of ['none', 'one', 'linked'] as const)
    expect(t.find(key, { name: 'x' })).toBe(peer.t(key, { name: 'x' }));
  for (const key of Object.keys(en))
    for (const n of [0, 1, 2, 7, 1200])
      expect(t.find(key, { name: 'x', n }), `${key} ${n}`).toBe(
        peer.t(key, { name: 'x', n: n.toLocaleString('en') }, n),
      );
});
