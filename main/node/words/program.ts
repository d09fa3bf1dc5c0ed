// Owns what the command line says of itself, and what its parser, commander, says in English, in Japanese.
import type { Command, Option } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import { displayWidth } from '../format.ts';
import { bilingual } from './common.ts';

export const PROGRAM = bilingual(
  {
    description: 'Trains market models in phases, compares their checkpoints honestly and backtests them, offline.',
    footer: `
Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 cancelled.
Results go to stdout, progress to stderr. Ctrl-C stops at the next safe point; a second one ends at once.`,
    afterError: '(--help shows the options)',
    version: 'print the version',
    help: 'show this help',
    helpOf: 'show the help of a command',
    command: 'command',
    workspace: "the workspace's folder (else PHASOR_WORKSPACE, else the user's data directory)",
    json: 'print the result as one JSON document',
    lang: 'language of messages (else that of the environment)',
    verbose: 'show debug messages and the output of workers',
    byDefault: (value: string) => `(default: ${value})`,
    choices: (values: string) => `(choices: ${values})`,
  },
  {
    description: '市場モデルを段階的に学習し、チェックポイントを公平に比較して、オフラインでバックテストします。',
    footer: `
終了コード: 0 完了、1 失敗、2 使い方または入力の誤り、130 中止。
結果は標準出力、進捗は標準エラー出力に表示します。Ctrl-C は次の安全な区切りで停止し、もう一度押すと直ちに終了します。`,
    afterError: '(--help でオプションを表示します)',
    version: 'バージョンを表示',
    help: 'このヘルプを表示',
    helpOf: 'コマンドのヘルプを表示',
    command: 'コマンド',
    workspace: 'ワークスペースのフォルダー(省略時は PHASOR_WORKSPACE、それもなければ利用者のデータフォルダー)',
    json: '結果を一つの JSON 文書として出力',
    lang: 'メッセージの言語(省略時は環境の言語)',
    verbose: 'デバッグ用のメッセージとワーカーの出力も表示',
    byDefault: (value) => `(既定値: ${value})`,
    choices: (values) => `(選択肢: ${values})`,
  },
);

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '使い方:',
  'Arguments:': '引数:',
  'Options:': 'オプション:',
  'Commands:': 'コマンド:',
};

/** What commander objects to, as it words it. */
const OBJECTIONS: readonly [english: RegExp, japanese: string][] = [
  [/unknown option '(.+)'/, 'オプション「$1」はありません'],
  [/unknown command '(.+)'/, 'コマンド「$1」はありません'],
  [/missing required argument '(.+)'/, '引数「$1」が必要です'],
  [/required option '(.+)' not specified/, 'オプション「$1」の指定が必要です'],
  [/option '(.+)' argument missing/, 'オプション「$1」には値が必要です'],
  [
    /option '(.+)' argument '(.*)' is invalid\. Allowed choices are (.+)\./,
    'オプション「$1」に「$2」は指定できません。選択肢: $3',
  ],
  [/option '(.+)' argument '(.*)' is invalid\./, 'オプション「$1」に「$2」は指定できません。'],
  [/command-argument value '(.*)' is invalid for argument '(.+)'\./, '引数「$2」に「$1」は指定できません。'],
  [
    /too many arguments for '(.+)'\. Expected (\d+) arguments? but got (\d+)\./,
    '「$1」の引数が多すぎます($2 個まで、指定は $3 個)',
  ],
  [/too many arguments\. Expected (\d+) arguments? but got (\d+)\./, '引数が多すぎます($1 個まで、指定は $2 個)'],
  [/\(Did you mean one of (.+)\?\)/, '(もしかして: $1)'],
  [/\(Did you mean (.+)\?\)/, '(もしかして: $1)'],
  [/^error: /, 'phasor: '],
];

const objection = (text: string): string =>
  OBJECTIONS.reduce((said, [english, japanese]) => said.replace(english, japanese), text);

/** Has one command's help and complaints in the user's language. */
export function speak(command: Command, locale: Locale): void {
  const words = PROGRAM[locale];
  command.helpOption('-h, --help', words.help).showHelpAfterError(words.afterError);
  if (command.commands.length > 0) command.helpCommand(`help [${words.command}]`, words.helpOf);
  command.configureHelp({
    displayWidth,
    optionDescription: (option) => describeOption(option, locale),
    ...(locale === 'ja'
      ? {
          styleTitle: (title: string) => TITLES[title] ?? title,
          styleOptionText: bracketed,
          styleSubcommandText: bracketed,
          boxWrap: wrapWide,
        }
      : {}),
  });
  if (locale === 'ja') command.configureOutput({ outputError: (text, write) => write(objection(text)) });
}

const bracketed = (text: string): string =>
  text === '[options]' ? '[オプション]' : text === '[command]' ? '[コマンド]' : text;

/** What stays on one line: a word with the space after it, or a wide character with the punctuation that may not begin a line. */
const UNIT = /[!-~]+[、。)」]*\s*|[^!-~\s][、。)」ー]*\s*|\s+/gu;

/** Japanese has no spaces to wrap at. */
function wrapWide(text: string, width: number): string {
  if (width < 20) return text;
  return text
    .split('\n')
    .map((line) => {
      const lines = [''];
      for (const [unit] of line.matchAll(UNIT)) {
        const last = lines[lines.length - 1];
        if (last !== '' && displayWidth((last + unit).trimEnd()) > width) lines.push(unit);
        else lines[lines.length - 1] += unit;
      }
      return lines.map((part) => part.trimEnd()).join('\n');
    })
    .join('\n');
}

/** With its choices and its default, as commander appends them. */
function describeOption({ description, argChoices, defaultValue }: Option, locale: Locale): string {
  const words = PROGRAM[locale];
  const has = defaultValue !== undefined && typeof defaultValue !== 'boolean' && !Array.isArray(defaultValue);
  return [
    description,
    ...(argChoices ? [words.choices(argChoices.join(', '))] : []),
    ...(has ? [words.byDefault(String(defaultValue))] : []),
  ].join(' ');
}
