// Owns the words of phasor fetch.
import type { SourceNoteView } from '../../../core/contract/views/sources.ts';
import { counted, formatCount } from '../format.ts';
import { bilingual } from './common.ts';

type Note = (count: number) => string;

export const FETCH = bilingual(
  {
    about: 'fetch data from a source and import it; shows the cost and asks first',
    source: (names: string) => `one of: ${names}`,
    dataset: 'name of the dataset; a second fetch under one name makes a new version',
    from: 'first day, as 2024-01-31',
    to: 'last day; today unless given',
    tables: 'tables, separated by commas; "all" for all that the key may have',
    codes: 'only these, separated by commas',
    option: 'what only this source asks for; repeatable',
    repair: (rules: string) => `repair rule to apply (${rules}); repeatable`,
    update: 'fetch what --dataset was last fetched by again, up to today',
    plan: 'show the cost, and fetch nothing',
    yes: 'start without asking',
    resume:
      'What is complete stays when a download is cut off: the same command goes on where it stopped. Keys: phasor sources key <source>.',
    asking: 'asking what your key may have; at a few requests a minute that takes a minute or two',
    fetched: (parts: number, requests: number) =>
      `fetched ${counted(parts, 'part')} with ${counted(requests, 'request')}`,
    empty: (tables: readonly string[]) => `nothing came for: ${tables.join(', ')}`,
    leftOut: {
      gap: (count) => `${counted(count, 'day')} missing`,
      'rows-left-out': (count) => `${counted(count, 'row')} left out`,
      'codes-left-out': (count) => `${counted(count, 'code')} listed and refused`,
      'codes-unknown': (count) => `${counted(count, 'code')} without a bar in these days`,
      'table-empty': () => 'nothing came',
    } satisfies Record<SourceNoteView['code'], Note> as Record<SourceNoteView['code'], Note>,
    instance: (examples: readonly string[]) => `, for instance ${examples.join(', ')}`,
    sourceRequired: (names: string) => `is required: ${names}`,
    fromRequired: 'is required: the first day, as 2024-01-31',
    noTable: (table: string, source: string) => `there is no table "${table}"; "phasor sources ${source}" lists them`,
    heads: ['table', 'days', 'parts', 'on disk', 'requests'],
    pace: (perMinute: number, plan: string | null) =>
      ` at ${perMinute} a minute${plan === null ? '' : ` (plan ${plan})`}`,
    nothing: 'everything is on disk already',
    cost: (requests: number, pace: string, time: string | null) =>
      `${counted(requests, 'request')} or more${pace}: ${time === null ? 'a second at most' : `about ${time}`}`,
    start: 'Start? [y/N] ',
    yesRequired: 'is required where nobody can be asked',
  },
  {
    about: 'データソースからデータを取得して取り込む。先に所要量を示して確認します',
    source: (names) => `次のいずれか: ${names}`,
    dataset: 'データセットの名前。同じ名前で取得し直すと新しい版になります',
    from: '初日(例: 2024-01-31)',
    to: '最終日。省略時は今日',
    tables: 'テーブル(コンマ区切り)。"all" でキーが利用できるものすべて',
    codes: '対象を限る場合のコード(コンマ区切り)',
    option: 'データソース固有の指定。繰り返し可',
    repair: (rules) => `適用する修復(${rules})。繰り返し可`,
    update: '--dataset を前回と同じ指定で今日まで取得し直す',
    plan: '所要量を示すだけで、取得しない',
    yes: '確認せずに始める',
    resume:
      'ダウンロードが途中で切れても取得済みの部分は残り、同じコマンドで続きから再開します。キーの登録: phasor sources key <source>',
    asking: 'キーで利用できる範囲を問い合わせています。1 分あたり数件しか問い合わせられないため、1～2 分かかります',
    fetched: (parts, requests) =>
      `${formatCount(parts)} 件の部分を ${formatCount(requests)} 回のリクエストで取得しました`,
    empty: (tables) => `データのなかったテーブル: ${tables.join('、')}`,
    leftOut: {
      gap: (count) => `${formatCount(count)} 日が欠けています`,
      'rows-left-out': (count) => `${formatCount(count)} 行を除きました`,
      'codes-left-out': (count) => `一覧にあるが取得を拒まれたコード ${formatCount(count)} 件`,
      'codes-unknown': (count) => `この期間に足のないコード ${formatCount(count)} 件`,
      'table-empty': () => 'データがありません',
    },
    instance: (examples) => `(例: ${examples.join('、')})`,
    sourceRequired: (names) => `指定が必要です: ${names}`,
    fromRequired: '指定が必要です。初日を 2024-01-31 の形で指定してください',
    noTable: (table, source) => `テーブル「${table}」はありません。一覧は「phasor sources ${source}」で確かめられます`,
    heads: ['テーブル', '期間', '部分', '取得済み', 'リクエスト'],
    pace: (perMinute, plan) => `(毎分 ${perMinute} 回${plan === null ? '' : `、プラン ${plan}`})`,
    nothing: 'すべて取得済みです',
    cost: (requests, pace, time) =>
      `リクエスト ${formatCount(requests)} 回以上${pace}: ${time === null ? '1 秒以内' : `約 ${time}`}`,
    start: '始めますか? [y/N] ',
    yesRequired: '確認できない環境では指定が必要です',
  },
);
