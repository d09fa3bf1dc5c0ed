// Owns settings as text: how a value reads in a field, and what a text must be to become one.
import type { Setting, SettingField } from '../../core/contract/views/training.ts';

export type TextProblem =
  | { kind: 'number' | 'integer' | 'list' | 'empty' }
  | { kind: 'least' | 'most'; bound: number }
  | { kind: 'choice'; choices: string };

/** As it stands after the "=" of an override, and in a field: 0.001, [1, 0.8], true, null. */
export function settingText(value: Setting | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => itemText(item)).join(', ')}]`;
  return typeof value === 'string' ? itemText(value) : String(value);
}

/** Quotes only where the text would read as something else than itself. */
function itemText(value: string | number): string {
  if (typeof value === 'number') return String(value);
  return /^[A-Za-z_][\w.-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

export function sameSetting(a: Setting | undefined, b: Setting | undefined): boolean {
  return settingText(a) === settingText(b);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What is wrong with a text before it is sent anywhere; null where nothing is. What holds between settings, the host knows. */
export function textProblem(field: SettingField, text: string): TextProblem | null {
  const trimmed = text.trim();
  if (trimmed === '') return field.nullable ? null : { kind: 'empty' };
  if (field.nullable && trimmed === 'null') return null;
  switch (field.kind) {
    case 'number':
    case 'integer':
      return numberProblem(field, trimmed);
    case 'choice':
      return field.choices.includes(trimmed) ? null : { kind: 'choice', choices: field.choices.join(', ') };
    case 'list':
      // A word may stand for a whole list, as those of features.names do.
      return /^\[.*\]$/s.test(trimmed) || field.choices.includes(trimmed) ? null : { kind: 'list' };
    default:
      return null;
  }
}

function numberProblem({ kind, min, max }: SettingField, text: string): TextProblem | null {
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(value)) return { kind: kind === 'integer' ? 'integer' : 'number' };
  if (kind === 'integer' && !Number.isInteger(value)) return { kind: 'integer' };
  if (min !== null && value < min) return { kind: 'least', bound: min };
  if (max !== null && value > max) return { kind: 'most', bound: max };
  return null;
}

/** The text as an override takes it: what was left empty is null, numbers lose their plus sign. */
export function overrideText(field: SettingField, text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' && field.nullable) return 'null';
  if (field.kind === 'number' || field.kind === 'integer')
    return trimmed === 'null' ? trimmed : String(Number(trimmed));
  if (field.kind === 'text' && trimmed !== 'null') return itemText(trimmed);
  return trimmed;
}
