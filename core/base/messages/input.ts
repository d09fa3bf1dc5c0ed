// Messages of the input/* errors.
import type { MessageTable } from './table.ts';

export const inputMessages = {
  'input/file-not-found': {
    en: 'There is no file at {path}. Check the path and try again.',
    ja: '{path} にファイルがありません。パスを確かめてください。',
  },
  'input/bad-request': {
    en: '{name}: {path}: {problem}.',
    ja: '{name}: {path}: {problem}。',
  },
  'input/unknown-call': {
    en: 'This version of Phasor has no call "{name}". Update the program that asked.',
    ja: 'この版の Phasor に呼び出し「{name}」はありません。呼び出した側を更新してください。',
  },
  'input/bad-option': {
    en: '{option}: {problem}. See --help.',
    ja: '{option}: {problem}。--help をご覧ください。',
  },
  'input/no-common-horizon': {
    en: 'The two sets of predictions have no horizon in common ({horizon} asked for). Compare sets that predict the same horizons.',
    ja: '二つの予測データに共通の予測期間がありません(指定: {horizon})。同じ期間を予測したもの同士を比べてください。',
  },
} as const satisfies MessageTable<'input'>;
