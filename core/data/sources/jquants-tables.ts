// Owns how the fields of J-Quants V2 become columns of ours: one query a table over the pages as received. Units and meanings are those of
// its specification; where that is silent, the comment says so. A field that is '', '-', '*' or null is missing, never 0.
import { sqlText } from '../sql.ts';
import { TOPIX_CODE } from './jquants-api.ts';
import { DAILY_MARGIN_FROM } from './jquants-parts.ts';

/** Rows of pages as text columns, beside `fetched_at` in epoch milliseconds; @param files paths of parts */
function rows(files: readonly string[], fields: readonly string[]): string {
  const struct = fields.map((field) => `"${field}" VARCHAR`).join(', ');
  const list = files.map(sqlText).join(', ');
  // Pages are read whole: the largest seen by users of the service are a few megabytes.
  return `(SELECT row.*, fetched_at FROM (
    SELECT unnest(data) AS row, regexp_extract(filename, '@(\\d+)\\.', 1)::BIGINT AS fetched_at
    FROM read_json([${list}], format = 'newline_delimited', compression = 'gzip', filename = true,
      columns = {data: 'STRUCT(${struct})[]'}, maximum_object_size = 67108864)))`;
}

const number = (field: string): string =>
  `(CASE WHEN isfinite(TRY_CAST("${field}" AS DOUBLE)) THEN TRY_CAST("${field}" AS DOUBLE) END)`;
const date = (field: string): string => `TRY_CAST("${field}" AS DATE)`;
/** A day as a number: days since 1970-01-01. */
const day = (field: string): string => `(${date(field)} - DATE '1970-01-01')::DOUBLE`;
const text = (field: string): string => `nullif(trim("${field}"), '')`;
/** Day and time of a disclosure; midnight where the time is not given. */
const moment = (dayField: string, timeField: string): string =>
  `coalesce(TRY_CAST("${dayField}" || ' ' || ${text(timeField)} AS TIMESTAMP), ${date(dayField)}::TIMESTAMP)`;
/** Published after the close of its day: the time itself is of no consequence. */
const evening = (dayField: string): string => `(${date(dayField)}::TIMESTAMP + INTERVAL '16 hours 30 minutes')`;
const as = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([name, sql]) => `${sql} AS "${name}"`)
    .join(', ');

export type Query = (files: readonly string[]) => string;

/**
 * A day's row of every stock, as traded: what bars and trading are taken from, since parsing the pages takes longest. AdjFactor stands on the
 * day of the event and covers splits and reverse splits, no dividends.
 */
export const dailyQuery = (files: readonly string[], only: string): string =>
  `SELECT ${as({
    date: date('Date'),
    code: text('Code'),
    open: number('O'),
    high: number('H'),
    low: number('L'),
    close: number('C'),
    volume: number('Vo'),
    factor: `coalesce(${number('AdjFactor')}, 1)`,
    turnover: number('Va'),
    upper_limit: number('UL'),
    lower_limit: number('LL'),
  })} FROM ${rows(files, ['Date', 'Code', 'O', 'H', 'L', 'C', 'Vo', 'AdjFactor', 'Va', 'UL', 'LL'])} WHERE ${only}`;

/** @param daily path of the rows of dailyQuery */
export const barsQuery = (daily: string): string =>
  `SELECT date, code, open, high, low, close, volume, factor FROM read_parquet(${sqlText(daily)})`;

/** Only of days that had trades. */
const trading: Query = ([
  daily,
]) => `SELECT code, date AS period, date::TIMESTAMP AS known_at, turnover, upper_limit, lower_limit
  FROM read_parquet(${sqlText(daily)}) WHERE turnover IS NOT NULL`;

/** TOPIX comes from an address of its own, without a code, and again among all indices. */
const indexBars: Query = (files) =>
  `SELECT DISTINCT ON (code, period) * FROM (SELECT ${as({
    code: `coalesce(${text('Code')}, '${TOPIX_CODE}')`,
    period: date('Date'),
    known_at: `${date('Date')}::TIMESTAMP`,
    open: number('O'),
    high: number('H'),
    low: number('L'),
    close: number('C'),
  })} FROM ${rows(files, ['Date', 'Code', 'O', 'H', 'L', 'C'])}) WHERE close IS NOT NULL`;

/** A company without consolidated statements, or a revision that names none but its own figures. */
const OWN = `("DocType" LIKE '%NonConsolidated%' OR ("DocType" LIKE '%ForecastRevision%' AND coalesce(${['FSales', 'FOP', 'FOdP', 'FNP'].map(number).join(', ')}) IS NULL))`;
/**
 * The NC fields are the parent company's own figures, and stand beside consolidated ones too: they are taken for them only where there are
 * no others. The main fields of such companies were seen filled, so mostly nothing is taken.
 */
const either = (field: string, own: string): string =>
  `coalesce(${number(field)}, CASE WHEN ${OWN} THEN ${number(own)} END)`;
const STATEMENT_FIELDS = [
  ...['DiscDate', 'DiscTime', 'Code', 'DiscNo', 'DocType', 'CurPerType', 'CurPerEn', 'CurFYEn'],
  ...[
    'Sales',
    'OP',
    'OdP',
    'NP',
    'EPS',
    'TA',
    'Eq',
    'EqAR',
    'BPS',
    'CFO',
    'CFI',
    'CFF',
    'CashEq',
    'DivAnn',
    'ShOutFY',
    'TrShFY',
    'AvgSh',
  ],
  ...['FSales', 'FOP', 'FOdP', 'FNP', 'FEPS', 'FDivAnn', 'NxFSales', 'NxFOP', 'NxFOdP', 'NxFNp', 'NxFEPS', 'NxFDivAnn'],
  ...['NCSales', 'NCOP', 'NCOdP', 'NCNP', 'NCEPS', 'NCTA', 'NCEq', 'NCEqAR', 'NCBPS'],
  ...['FNCSales', 'FNCOP', 'FNCOdP', 'FNCNP', 'FNCEPS', 'NxFNCSales', 'NxFNCOP', 'NxFNCOdP', 'NxFNCNP', 'NxFNCEPS'],
];

/** Amounts in yen. Results run from the year's start. At a year's end the forecasts of the next year stand in the NxF fields. */
const statements: Query = (files) =>
  `SELECT ${as({
    code: text('Code'),
    period: `coalesce(${date('CurPerEn')}, ${date('CurFYEn')}, ${date('DiscDate')})`,
    known_at: moment('DiscDate', 'DiscTime'),
    // 4Q and 5Q are of years that are longer than twelve months.
    quarter: `CASE WHEN "CurPerType" = 'FY' THEN 4 ELSE TRY_CAST(regexp_extract("CurPerType", '^([1-5])Q$', 1) AS DOUBLE) END`,
    fiscal_year_end: day('CurFYEn'),
    sales: either('Sales', 'NCSales'),
    operating_profit: either('OP', 'NCOP'),
    ordinary_profit: either('OdP', 'NCOdP'),
    profit: either('NP', 'NCNP'),
    eps: either('EPS', 'NCEPS'),
    total_assets: either('TA', 'NCTA'),
    equity: either('Eq', 'NCEq'),
    book_value_per_share: either('BPS', 'NCBPS'),
    operating_cash_flow: number('CFO'),
    investing_cash_flow: number('CFI'),
    financing_cash_flow: number('CFF'),
    cash: number('CashEq'),
    dividend_per_share: number('DivAnn'),
    shares_outstanding: number('ShOutFY'),
    treasury_shares: number('TrShFY'),
    forecast_sales: either('FSales', 'FNCSales'),
    forecast_operating_profit: either('FOP', 'FNCOP'),
    forecast_ordinary_profit: either('FOdP', 'FNCOdP'),
    forecast_profit: either('FNP', 'FNCNP'),
    forecast_eps: either('FEPS', 'FNCEPS'),
    forecast_dividend_per_share: number('FDivAnn'),
    next_year_forecast_sales: either('NxFSales', 'NxFNCSales'),
    next_year_forecast_operating_profit: either('NxFOP', 'NxFNCOP'),
    next_year_forecast_ordinary_profit: either('NxFOdP', 'NxFNCOdP'),
    next_year_forecast_profit: either('NxFNp', 'NxFNCNP'),
    next_year_forecast_eps: either('NxFEPS', 'NxFNCEPS'),
    next_year_forecast_dividend_per_share: number('NxFDivAnn'),
    equity_ratio: either('EqAR', 'NCEqAR'),
    average_shares: number('AvgSh'),
    document: `CASE WHEN "DocType" LIKE '%DividendForecastRevision%' THEN 3 WHEN "DocType" LIKE '%EarnForecastRevision%' THEN 2 ELSE 1 END::DOUBLE`,
    standard: `CASE WHEN "DocType" LIKE '%IFRS' THEN 2 WHEN "DocType" LIKE '%US' THEN 3 WHEN "DocType" LIKE '%JP' THEN 1 END::DOUBLE`,
  })} FROM ${rows(files, STATEMENT_FIELDS)} WHERE ${text('Code')} IS NOT NULL AND ${date('DiscDate')} IS NOT NULL ORDER BY "DiscNo"`;

/**
 * A notice that is corrected or withdrawn refers to the first by CARefNo. Where a correction moves the ex-day, the old day gets a row
 * without any figure at the same moment, as the day of a withdrawn notice does.
 */
const dividends: Query = (files) => {
  const notices = `SELECT *, ${moment('PubDate', 'PubTime')} AS known_at, ${date('ExDate')} AS period,
      lag(${date('ExDate')}) OVER (PARTITION BY "Code", coalesce(${text('CARefNo')}, "RefNo") ORDER BY ${moment('PubDate', 'PubTime')}, "RefNo") AS before
    FROM ${rows(files, ['PubDate', 'PubTime', 'Code', 'RefNo', 'StatCode', 'FRCode', 'DivRate', 'RecDate', 'ExDate', 'PayDate', 'CARefNo'])}`;
  const common = { code: text('Code') };
  const stands = (sql: string): string => `CASE WHEN "StatCode" IS DISTINCT FROM '3' THEN ${sql} END`;
  return `WITH notices AS (${notices})
    SELECT ${as({
      ...common,
      period: 'period',
      known_at: 'known_at',
      amount: stands(number('DivRate')),
      record_day: stands(day('RecDate')),
      payable_day: stands(day('PayDate')),
      forecast: stands(`CASE "FRCode" WHEN '2' THEN 1 WHEN '1' THEN 0 END::DOUBLE`),
    })} FROM notices WHERE period IS NOT NULL
    UNION ALL SELECT ${as({ ...common, period: 'before', known_at: 'known_at', amount: 'NULL', record_day: 'NULL', payable_day: 'NULL', forecast: 'NULL' })}
    FROM notices WHERE before <> period OR (before IS NOT NULL AND period IS NULL)`;
};

const INVESTORS: Readonly<Record<string, string>> = {
  proprietary: 'Prop',
  individuals: 'Ind',
  foreigners: 'Frgn',
  securities_firms: 'SecCo',
  investment_trusts: 'InvTr',
  business_firms: 'BusCo',
  other_firms: 'OthCo',
  insurers: 'InsCo',
  banks: 'Bank',
  trust_banks: 'TrstBnk',
  other_institutions: 'OthFin',
};
/** The one section that is the whole market; the others are parts of it and must not be added to it. */
const WHOLE_MARKET = 'TokyoNagoya';

/** Published in thousands of yen. A correction is a row with the same weeks and a later day of publication. */
const investorFlows: Query = (files) => {
  const sides = Object.entries(INVESTORS).flatMap(([name, field]) => [
    [`${name}_bought`, `${number(`${field}Buy`)} * 1000`],
    [`${name}_sold`, `${number(`${field}Sell`)} * 1000`],
  ]);
  const fields = Object.values(INVESTORS).flatMap((field) => [`${field}Buy`, `${field}Sell`]);
  return `SELECT ${as({ code: `''`, period: date('EnDate'), known_at: `${date('PubDate')}::TIMESTAMP`, ...Object.fromEntries(sides) })}
    FROM ${rows(files, ['PubDate', 'EnDate', 'Section', ...fields])} WHERE "Section" = '${WHOLE_MARKET}'`;
};

/**
 * The row does not say when it was published: on the second business day after the last one of a week, and from September 2026, when it
 * became daily, on the next, at about four in the afternoon. `days` is a table of trading days numbered in order; past its end five
 * calendar days are waited.
 */
const marginInterest: Query = (files) => `SELECT ${as({
  code: text('Code'),
  period: date('Date'),
  known_at: `coalesce(published.day, ${date('Date')} + 5)::TIMESTAMP + INTERVAL '16 hours 30 minutes'`,
  long_shares: number('LongVol'),
  short_shares: number('ShrtVol'),
  long_negotiable: number('LongNegVol'),
  short_negotiable: number('ShrtNegVol'),
  long_standard: number('LongStdVol'),
  short_standard: number('ShrtStdVol'),
})} FROM ${rows(files, ['Date', 'Code', 'LongVol', 'ShrtVol', 'LongNegVol', 'ShrtNegVol', 'LongStdVol', 'ShrtStdVol'])} balances
  LEFT JOIN days own ON own.day = ${date('Date')}
  LEFT JOIN days published ON published.n = own.n + CASE WHEN ${day('Date')} >= ${DAILY_MARGIN_FROM} THEN 1 ELSE 2 END`;

/** Ratios are published in percent of the shares listed; '*' for funds. Reasons come as an object of "0" and "1". */
const marginAlerts: Query = (files) => {
  const because = (...reasons: string[]): string =>
    `regexp_matches(coalesce("PubReason", ''), '[''"](${reasons.join('|')})[''"]\\s*:\\s*[''"]?1')`;
  return `SELECT ${as({
    code: text('Code'),
    period: date('AppDate'),
    known_at: evening('PubDate'),
    long_shares: number('LongOut'),
    short_shares: number('ShrtOut'),
    long_of_listed: `${number('LongOutRatio')} / 100`,
    short_of_listed: `${number('ShrtOutRatio')} / 100`,
    caution: `CASE WHEN ${because('Restricted', 'RestrictedByJSF')} THEN 2 WHEN ${because('Monitoring', 'PrecautionByJSF')} THEN 1 ELSE 0 END::DOUBLE`,
  })} FROM ${rows(files, ['PubDate', 'Code', 'AppDate', 'PubReason', 'LongOut', 'ShrtOut', 'LongOutRatio', 'ShrtOutRatio'])}`;
};

/** In yen. `sectors` names the sector of a code, so that these rows meet the dataset's sectors; a code without a name stays itself. */
const shortRatio: Query = (files) => `SELECT ${as({
  code: `coalesce(sectors.name, ${text('S33')})`,
  period: date('Date'),
  known_at: evening('Date'),
  long_sales: number('SellExShortVa'),
  restricted_short_sales: number('ShrtWithResVa'),
  unrestricted_short_sales: number('ShrtNoResVa'),
})} FROM ${rows(files, ['Date', 'S33', 'SellExShortVa', 'ShrtWithResVa', 'ShrtNoResVa'])} sales
  LEFT JOIN sectors ON sectors.code = ${text('S33')} WHERE ${text('S33')} IS NOT NULL`;

/** Positions below it need no more reports: the report that falls below says that somebody left. */
const REPORTED_FROM = 0.005;

/**
 * Reports are of single holders, as fractions of the shares outstanding. A row of ours is what all holders who are known to report add up to
 * once a day's reports are out. Holders from before the first day fetched are unknown until they report again.
 */
const shortPositions: Query = (files) => {
  const position = `CASE WHEN ${number('ShrtPosToSO')} >= ${REPORTED_FROM} THEN ${number('ShrtPosToSO')} ELSE 0 END`;
  return `WITH reports AS (
      SELECT ${as({ code: text('Code'), disclosed: date('DiscDate'), calculated: date('CalcDate'), position })},
        concat_ws('|', "SSName", "DICName", "FundName") AS holder
      FROM ${rows(files, ['DiscDate', 'CalcDate', 'Code', 'SSName', 'DICName', 'FundName', 'ShrtPosToSO'])}),
    latest AS (SELECT * FROM reports
      QUALIFY row_number() OVER (PARTITION BY code, holder, disclosed ORDER BY calculated DESC, position DESC) = 1),
    changes AS (SELECT *,
        position - coalesce(lag(position) OVER own, 0) AS change,
        (position > 0)::INTEGER - coalesce(lag((position > 0)::INTEGER) OVER own, 0) AS joined
      FROM latest WINDOW own AS (PARTITION BY code, holder ORDER BY disclosed)),
    days AS (SELECT code, disclosed, max(calculated) AS calculated, sum(change) AS change, sum(joined) AS joined FROM changes GROUP BY ALL)
    SELECT ${as({
      code: 'code',
      // A holder who reports late must not make the sum count as older than the one before it.
      period: 'max(calculated) OVER history',
      known_at: `disclosed::TIMESTAMP + INTERVAL '17 hours 30 minutes'`,
      // Sums of fractions leave a trace of rounding where everybody has left.
      share_of_listed: 'round(sum(change) OVER history, 9)',
      reporters: '(sum(joined) OVER history)::DOUBLE',
    })} FROM days WINDOW history AS (PARTITION BY code ORDER BY disclosed)`;
};

/** Quarter of a name: 1Q, 第1四半期, FY, 通期 ... */
const quarter = (field: string): string =>
  `coalesce(TRY_CAST(regexp_extract(translate("${field}", '１２３', '123'), '([123])', 1) AS DOUBLE), CASE WHEN ${text(field)} IS NOT NULL THEN 4 END)`;

/**
 * Two addresses: announcements by their day of publication, known from the next morning; and what is due on the next business day, known
 * when it was fetched. A changed or withdrawn day gets a row with `withdrawn` 1 at the moment at which that became known.
 */
const earningsCalendar: Query = (files) => {
  const announced = files.filter((file) => !/[\\/]next-/.test(file));
  const next = files.filter((file) => /[\\/]next-/.test(file));
  const parts: string[] = [];
  if (announced.length > 0)
    parts.push(`SELECT ${as({
      code: text('Code'),
      known_at: `${date('PubDate')}::TIMESTAMP`,
      due: date('SchDate'),
      quarter: quarter('FQName'),
      fiscal_year_end: day('FYE'),
    })}, lag(${date('SchDate')}) OVER (PARTITION BY "Code", "FYE", "FQName" ORDER BY "PubDate") AS before
      FROM ${rows(announced, ['PubDate', 'Code', 'SchDate', 'FYE', 'FQName'])}`);
  if (next.length > 0)
    parts.push(
      `SELECT ${as({
        code: text('Code'),
        known_at: `date_trunc('day', make_timestamp(fetched_at * 1000) + INTERVAL 9 HOUR)`,
        due: date('Date'),
        quarter: quarter('FQ'),
        fiscal_year_end: 'NULL::DOUBLE',
        before: 'NULL::DATE',
      })} FROM ${rows(next, ['Date', 'Code', 'FQ'])}`,
    );
  return `WITH announced AS (${parts.join(' UNION ALL ')})
    SELECT code, due AS period, known_at, quarter, fiscal_year_end, 0::DOUBLE AS withdrawn FROM announced WHERE due IS NOT NULL
    UNION ALL SELECT code, before, known_at, quarter, fiscal_year_end, 1::DOUBLE FROM announced
      WHERE before IS NOT NULL AND before IS DISTINCT FROM due`;
};

const SIZES = ['TOPIX Core30', 'TOPIX Large70', 'TOPIX Mid400', 'TOPIX Small 1', 'TOPIX Small 2'];
const LISTING_FIELDS = ['Date', 'Code', 'S17', 'S33', 'S33Nm', 'ScaleCat', 'Mkt', 'Mrgn'];

/** One row a stock and change; snapshots are monthly, so a change is seen at the first snapshot after it. */
const listing: Query = (files) => {
  const columns = {
    sector_17: number('S17'),
    sector_33: number('S33'),
    size_class: `CASE "ScaleCat" ${SIZES.map((name, i) => `WHEN '${name}' THEN ${i + 1}`).join(' ')} ELSE 6 END::DOUBLE`,
    market: number('Mkt'),
    margin_class: number('Mrgn'),
  };
  const names = Object.keys(columns).join(', ');
  return `WITH snapshots AS (
      SELECT ${as({ code: text('Code'), period: date('Date'), known_at: `${date('Date')}::TIMESTAMP`, ...columns })} FROM ${rows(files, LISTING_FIELDS)})
    SELECT * FROM snapshots QUALIFY row(${names}) IS DISTINCT FROM lag(row(${names})) OVER (PARTITION BY code ORDER BY period)`;
};

/** code, sector: the first that is known of each stock, so that no later listing reaches back. */
export const sectorsQuery: Query = (files) =>
  `SELECT ${text('Code')} AS code, arg_min("S33Nm", "Date") AS sector FROM ${rows(files, LISTING_FIELDS)} WHERE ${text('S33Nm')} IS NOT NULL GROUP BY 1`;

/** code, name of every sector, for the table `sectors` that shortRatio reads; as first known, so that a later listing renames no earlier row. */
export const sectorNamesQuery: Query = (files) =>
  `SELECT ${text('S33')} AS code, arg_min("S33Nm", "Date") AS name FROM ${rows(files, LISTING_FIELDS)} WHERE ${text('S33')} IS NOT NULL GROUP BY 1`;

export const TABLE_QUERIES = {
  trading,
  'index-bars': indexBars,
  statements,
  dividends,
  'investor-flows': investorFlows,
  'margin-interest': marginInterest,
  'margin-alerts': marginAlerts,
  'short-ratio': shortRatio,
  'short-positions': shortPositions,
  'earnings-calendar': earningsCalendar,
  listing,
} as const;
