// Owns how a backtest's rule reads in a line.
import type { Translate } from '../../lib/i18n.ts';
import type { messages } from './messages.ts';

/** As stored: of a later version it may be of a kind that this one does not know. */
export function ruleText(rule: Readonly<Record<string, unknown>>, t: Translate<typeof messages.en>): string {
  const { kind, horizon, groups, k } = rule as Record<string, number | string>;
  if (kind === 'long-short') return t('rule.longShort', { groups, horizon });
  return kind === 'top-k' ? t('rule.topK', { k, horizon }) : t('rule.other');
}
