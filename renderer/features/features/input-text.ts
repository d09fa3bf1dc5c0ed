// Owns what people call the things that a feature needs of a dataset beside dates and prices.
import { TABLE_NAMES, tableText } from '../../../core/contract/data-words.ts';
import { locale, type Translate } from '../../lib/i18n.ts';
import type { messages } from './messages.ts';

type T = Translate<(typeof messages)['en']>;
const OF_BARS = ['volume', 'sector', 'factor'] as const;

/** 'margin-interest' is "margin balances", 'statements.cash' a column of its table; inputs that this interface does not know read as they are written. */
export function inputText(t: T, input: string): string {
  const ofBars = OF_BARS.find((each) => each === input);
  if (ofBars) return t(`inputs.${ofBars}`);
  const [name, column] = input.split('.');
  const table = TABLE_NAMES.find((each) => each === name);
  if (!table) return input;
  const text = tableText(table, locale.value);
  return column === undefined ? text : t('inputs.column', { table: text, column });
}

export const inputsText = (t: T, inputs: readonly string[]): string =>
  inputs.length === 0 ? t('inputs.none') : inputs.map((input) => inputText(t, input)).join(t('inputs.comma'));
