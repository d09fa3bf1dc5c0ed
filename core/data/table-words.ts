// Owns what people call the tables that a dataset holds and sources offer, in both languages.
import type { Locale } from '../base/messages/table.ts';
import type { SideTableName } from './side-tables.ts';

const TABLE_TEXT: Readonly<Record<'bars' | SideTableName, Readonly<Record<Locale, string>>>> = {
  bars: { en: 'daily bars', ja: '日足' },
  trading: { en: 'turnover and price limits', ja: '売買代金・値幅制限' },
  'index-bars': { en: 'index bars', ja: '指数四本値' },
  statements: { en: 'financial statements', ja: '決算情報' },
  dividends: { en: 'dividends', ja: '配当' },
  'corporate-actions': { en: 'corporate actions', ja: 'コーポレートアクション' },
  'investor-flows': { en: 'trading by type of investor', ja: '投資部門別売買状況' },
  'margin-interest': { en: 'margin balances', ja: '信用取引残高' },
  'margin-alerts': { en: 'margin alerts', ja: '日々公表銘柄の信用残' },
  'short-ratio': { en: 'short sales by sector', ja: '業種別空売り比率' },
  'short-positions': { en: 'reported short positions', ja: '空売り残高報告' },
  'earnings-calendar': { en: 'days of results', ja: '決算発表予定日' },
  listing: { en: 'listing', ja: '上場銘柄情報' },
  funding: { en: 'funding rates', ja: '資金調達率' },
  'open-interest': { en: 'open interest', ja: '建玉' },
};

export const TABLE_NAMES = Object.keys(TABLE_TEXT) as (keyof typeof TABLE_TEXT)[];

export function tableText(name: keyof typeof TABLE_TEXT, locale: Locale = 'en'): string {
  return TABLE_TEXT[name][locale];
}
