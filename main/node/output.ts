// Owns what a command prints: one result on stdout, as text or as one JSON document; everything else on stderr.
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppError, type ErrorCode, renderMessage, serializeError } from '../../core/base/errors.ts';
import type { Locale } from '../../core/base/messages/table.ts';
import { printableOnTerminal } from '../../core/base/printable.ts';
import type { ProgressSink } from './progress.ts';

/** The process as the command line sees it, so that a test can stand in for a terminal. */
export interface Io {
  stdout: { write(text: string): unknown };
  stderr: ProgressSink;
  env: Record<string, string | undefined>;
  /** Ctrl-C, or a request to end; the returned function stops listening. */
  onInterrupt(listener: () => void): () => void;
  /** Asks on stderr and reads a line of stdin; hidden, it is not shown as it is typed. null at the end of the input. */
  ask?(question: string, options?: { hidden?: boolean }): Promise<string | null>;
}

export const EXIT = { ok: 0, failed: 1, badInput: 2, cancelled: 130 } as const;

/** What the user gave was wrong: usage, files, config, names. Anything else that is expected is a failure of the work itself. */
export function exitCodeOf(code: ErrorCode): number {
  if (code === 'cancelled') return EXIT.cancelled;
  return /^(input|config|data)\/|^state\/not-found$/.test(code) ? EXIT.badInput : EXIT.failed;
}

/** --lang, else the language of the environment; English where it is neither. */
export function localeOf(option: string | undefined, env: Io['env']): Locale {
  const language = option ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '';
  return language.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}

export interface Output {
  readonly json: boolean;
  readonly locale: Locale;
  /** The command's result: `document` with --json, else `text`. */
  result(document: unknown, text: string): void;
  /** A remark beside the result; silent with --json. */
  note(text: string): void;
}

export function makeOutput(io: Io, json: boolean, locale: Locale): Output {
  return {
    json,
    locale,
    result: (document, text) =>
      void io.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${printableOnTerminal(text)}\n`),
    note: (text) => {
      if (!json) io.stderr.write(`${printableOnTerminal(text)}\n`);
    },
  };
}

/** An expected error: its message in the user's language, or the error as JSON. */
export function reportExpected(io: Io, json: boolean, locale: Locale, error: AppError): void {
  if (json) io.stdout.write(`${JSON.stringify({ error: error.toJSON() }, null, 2)}\n`);
  else io.stderr.write(`phasor: ${printableOnTerminal(renderMessage(error.code, error.params, locale))}\n`);
}

/** Where the folder cannot be written to, that may be the bug itself: then among the temporary files. @returns the path */
function writeBug(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, text);
    return path;
  } catch (error) {
    if (folder === tmpdir()) throw error;
    return writeBug(tmpdir(), name, text);
  }
}

/** A bug: everything known goes to a file under an id, which is all that the user needs to quote. */
export function reportBug(io: Io, json: boolean, locale: Locale, logFolder: string | undefined, bug: unknown): void {
  const id = randomUUID().slice(0, 8);
  const { message, stack } = serializeError(bug);
  const causes: string[] = [];
  for (
    let cause = bug instanceof Error ? bug.cause : undefined;
    cause;
    cause = cause instanceof Error ? cause.cause : undefined
  )
    causes.push(`caused by: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
  const versions = `node ${process.version}, ${process.platform} ${process.arch}`;
  const text = [versions, process.argv.join(' '), stack ?? message, ...causes, ''].join('\n');
  const path = writeBug(logFolder ?? tmpdir(), `phasor-bug-${id}.log`, text);
  if (json) io.stdout.write(`${JSON.stringify({ error: { code: 'bug', id, message, log: path } }, null, 2)}\n`);
  else {
    const said = printableOnTerminal(message);
    io.stderr.write(
      locale === 'ja'
        ? `phasor: プログラムの誤りです(番号 ${id}): ${said}\n詳細は ${path} にあります。添えてご報告ください。\n`
        : `phasor: a bug in Phasor (id ${id}): ${said}\nIts details are in ${path}; please report it with that file.\n`,
    );
  }
}
