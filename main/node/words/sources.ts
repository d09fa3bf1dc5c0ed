// Owns the words of phasor sources.
import type { EntitlementView } from '../../../core/contract/views/sources.ts';
import { bilingual } from './common.ts';

type Closed = NonNullable<EntitlementView['tables'][number]['closed']>;

export const SOURCES = bilingual(
  {
    about: 'list sources of data, store keys, and ask what a key may have',
    list: 'list sources: keys, tables, what was fetched last; asks nothing of any source',
    one: (names: string) => `one of them: ${names}`,
    key: 'store your key to a source: read from stdin, or asked for; never given as an argument',
    source: 'the source',
    remove: 'forget the key',
    removed: (source: string) => `no key to ${source} is kept any more`,
    ask: (source: string) => `Key to ${source} (not shown): `,
    stored: (source: string) => `the key to ${source} is kept; "phasor sources probe ${source}" asks what it may have`,
    probe: 'ask a source what your key may have: a handful of requests',
    option: 'what only this source asks for; repeatable',
    kept: 'kept',
    missing: (source: string) => `none; store yours with "phasor sources key ${source}"`,
    notNeeded: 'not needed',
    labels: { key: 'key      ', tables: 'tables   ', option: 'option   ', plan: 'plan     ' },
    example: (name: string, required: boolean, example: string) =>
      `${name}${required ? ' (required)' : ''}, such as ${example}`,
    heads: ['dataset', 'version', 'days', 'codes', 'tables', 'fetched'],
    allCodes: 'all',
    plan: (plan: string | null, perMinute: number | null, asked: string) =>
      `${plan ?? 'none'}${perMinute === null ? '' : `, ${perMinute} requests a minute`}, asked ${asked}`,
    offeredHeads: ['table', 'offered', 'from', 'to'],
    offered: 'yes',
    closed: (reason: string) => `no (${reason})`,
    reasons: {
      'no-key': 'no-key',
      plan: 'plan',
      'not-offered': 'not-offered',
      unreachable: 'unreachable',
    } satisfies Record<Closed, string> as Record<Closed, string>,
  },
  {
    about: 'データソースの一覧、キーの登録、キーで利用できる範囲の確認',
    list: 'データソースごとのキー、テーブル、前回の取得内容を表示。どこにも問い合わせません',
    one: (names) => `一つだけ表示する場合: ${names}`,
    key: 'データソースのキーを登録。標準入力から読むか尋ねます。引数では渡せません',
    source: 'データソース',
    remove: 'キーを削除',
    removed: (source) => `${source} のキーを削除しました`,
    ask: (source) => `${source} のキー(表示されません): `,
    stored: (source) =>
      `${source} のキーを登録しました。利用できる範囲は「phasor sources probe ${source}」で確かめられます`,
    probe: 'キーで利用できる範囲を問い合わせる(リクエスト数回)',
    option: 'データソース固有の指定。繰り返し可',
    kept: '登録済み',
    missing: (source) => `未登録。「phasor sources key ${source}」で登録できます`,
    notNeeded: '不要',
    labels: { key: 'キー        ', tables: 'テーブル    ', option: 'オプション  ', plan: 'プラン      ' },
    example: (name, required, example) => `${name}${required ? '(必須)' : ''}、例: ${example}`,
    heads: ['データセット', '版', '期間', 'コード', 'テーブル', '取得日時'],
    allCodes: 'すべて',
    plan: (plan, perMinute, asked) =>
      `${plan ?? 'なし'}${perMinute === null ? '' : `、毎分 ${perMinute} 回`}、${asked} に確認`,
    offeredHeads: ['テーブル', '利用', '初日', '最終日'],
    offered: '可',
    closed: (reason) => `不可(${reason})`,
    reasons: {
      'no-key': 'キーが必要',
      plan: 'プラン対象外',
      'not-offered': '提供なし',
      unreachable: '確認できず',
    },
  },
);
