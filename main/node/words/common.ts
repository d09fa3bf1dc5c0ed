// Owns the words that several commands share, and the form in which every command keeps its own: English first, Japanese second.
import type { Locale } from '../../../core/base/messages/table.ts';
import { counted, formatCount } from '../format.ts';

/** The same words in both languages. */
export const bilingual = <W extends object>(en: W, ja: NoInfer<W>): Readonly<Record<Locale, W>> => ({ en, ja });

export const COMMON = bilingual(
  {
    bars: (count: number) => counted(count, 'bar'),
    stocks: (count: number) => counted(count, 'stock'),
    days: (count: number) => counted(count, 'day'),
    rows: (count: number) => counted(count, 'row'),
    files: (count: number) => counted(count, 'file'),
    horizon: (days: number) => `${days} d`,
    span: (from: string, to: string) => `${from} to ${to}`,
    /** Of a dataset. */
    version: (name: string, version: number) => `${name} version ${version}`,
    comma: ', ',
    none: 'none',
    champion: 'champion',
    kinds: { best: 'best', last: 'last' } as Readonly<Record<string, string>>,
    nameOrId: 'name or id',
    checkpointId: 'id, or the last letters of it',
    overrides: 'config overrides, key=value',
    datasetRequired: (known: readonly string[]) =>
      `is required; ${known.length === 0 ? 'there is none yet, so import one first' : `the datasets are ${known.join(', ')}`}`,
    nameRequired: 'is required; any name of letters, digits, dots, dashes and underscores',
    write: (form: string) => `write ${form}`,
    wholeNumber: 'write a whole number',
    httpsAddress: 'write an address that begins with https://',
    left: (time: string) => `${time} left`,
    took: (time: string) => `in ${time}`,
    stopping: 'Stopping at the next safe point; Ctrl-C again ends it at once.',
    ending: 'Ending it now.',
  },
  {
    bars: (count) => `${formatCount(count)} 本`,
    stocks: (count) => `${formatCount(count)} 銘柄`,
    days: (count) => `${formatCount(count)} 日`,
    rows: (count) => `${formatCount(count)} 行`,
    files: (count) => `${formatCount(count)} 件のファイル`,
    horizon: (days) => `${days} 日`,
    span: (from, to) => `${from} ～ ${to}`,
    version: (name, version) => `${name} 第 ${version} 版`,
    comma: '、',
    none: 'なし',
    champion: 'チャンピオン',
    kinds: { best: '最良', last: '最終' },
    nameOrId: '名前または ID',
    checkpointId: 'ID、またはその末尾の文字',
    overrides: '設定の上書き(キー=値)',
    datasetRequired: (known) =>
      known.length === 0
        ? '指定が必要です。データセットがまだないため、先に取り込んでください'
        : `指定が必要です。あるデータセット: ${known.join('、')}`,
    nameRequired: '指定が必要です。英数字、ピリオド、ハイフン、アンダースコアからなる名前をつけてください',
    write: (form) => `${form} の形で指定してください`,
    wholeNumber: '整数を指定してください',
    httpsAddress: 'https:// で始まるアドレスを指定してください',
    left: (time) => `残り ${time}`,
    took: (time) => `所要 ${time}`,
    stopping: '次の安全な区切りで停止します。もう一度 Ctrl-C を押すと直ちに終了します。',
    ending: '直ちに終了します。',
  },
);

const EXAMPLES = bilingual({ one: 'Example:', several: 'Examples:' }, { one: '例:', several: '例:' });

/** The examples that end a command's help. */
export const examples = (locale: Locale, ...lines: readonly string[]): string =>
  ['', EXAMPLES[locale][lines.length === 1 ? 'one' : 'several'], ...lines.map((line) => `  ${line}`)].join('\n');
