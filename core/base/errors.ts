// Owns AppError, the only class for errors that a user is expected to meet. Anything else thrown is a bug.
import { configMessages } from './messages/config.ts';
import { dataMessages } from './messages/data.ts';
import { inputMessages } from './messages/input.ts';
import { modelMessages } from './messages/model.ts';
import { resourceMessages } from './messages/resource.ts';
import { sourceMessages } from './messages/source.ts';
import { stateMessages } from './messages/state.ts';
import type { Locale } from './messages/table.ts';
import { workerMessages } from './messages/worker.ts';
import { remarkText } from './remarks.ts';

/** Every message, keyed by code. A code is also the translation key. */
export const messages = {
  ...inputMessages,
  ...dataMessages,
  ...configMessages,
  ...modelMessages,
  ...resourceMessages,
  ...sourceMessages,
  ...workerMessages,
  ...stateMessages,
  cancelled: { en: 'Cancelled.', ja: 'キャンセルされました。' },
} as const;

export type ErrorCode = keyof typeof messages;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The parameters a code's English message names in braces. */
export type ErrorParams<C extends ErrorCode> = { [K in Placeholders<(typeof messages)[C]['en']>]: string | number };

/** Parameters that are words of ours rather than names of the user's. */
const REMARKED: ReadonlySet<string> = new Set(['what', 'problem', 'reason', 'findings']);

/** Fills `{name}` placeholders; an absent parameter stays visible as `{name}`. */
export function renderMessage(code: ErrorCode, params: Record<string, unknown>, locale: Locale = 'en'): string {
  const template: string = messages[code][locale];
  const filled = (name: string): string => {
    const value = String(params[name]);
    return REMARKED.has(name) ? remarkText(value, locale) : value;
  };
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in params ? filled(name) : whole));
}

/** An expected error: what was wrong, where, and what to do, said by the message of its code. */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly params: Record<string, string | number>;

  constructor(code: C, params: ErrorParams<C>, cause?: unknown) {
    super(renderMessage(code, params), cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.params = params;
  }

  toJSON(): SerializedError {
    return { code: this.code, params: this.params, message: this.message };
  }
}

/** What crosses a process boundary. `bug` marks anything that was not an AppError. */
export interface SerializedError {
  code: ErrorCode | 'bug';
  params: Record<string, string | number>;
  message: string;
  stack?: string;
}

export function serializeError(error: unknown): SerializedError {
  if (error instanceof AppError) return error.toJSON();
  if (error instanceof Error) return { code: 'bug', params: {}, message: error.message, stack: error.stack };
  return { code: 'bug', params: {}, message: String(error) };
}

export function deserializeError(error: SerializedError): Error {
  if (error.code !== 'bug') return new AppError(error.code, error.params as never);
  const bug = new Error(error.message);
  if (error.stack) bug.stack = error.stack;
  return bug;
}
