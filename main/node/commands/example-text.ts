// Owns how one example of a finding reads on the command line.
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Finding } from '../../../core/contract/entities.ts';
import { exampleFieldText } from '../../../core/data/example-words.ts';
import { COMMON } from '../words/common.ts';

/** "row 12, code 7203, day 2024-01-31, close 101" */
export function describeExample(
  kind: string,
  shown: Finding['examples'][number],
  locale: Locale,
  withFile: boolean,
): string {
  return Object.entries(shown)
    .filter(([key, value]) => value !== null && (withFile || key !== 'file'))
    .map(([key, value]) => {
      const shown = typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
      return `${exampleFieldText(key, locale, kind)} ${shown}`;
    })
    .join(COMMON[locale].comma);
}
