// Owns random side tables for a small market: every table, disclosed late and restated, with gaps and with stocks that it says nothing of.
import { Random } from '../../core/base/random.ts';
import type { BarTable } from '../../core/data/bars.ts';
import { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTable, type SideTableName } from '../../core/data/side-tables.ts';

interface Row {
  known: number;
  period: number;
  values: Record<string, number>;
}
export type AllTables = { readonly [name in SideTableName]: SideTable };

/** Rows of one code, sorted as tables are. */
export function tableOf(name: SideTableName, rowsOf: ReadonlyMap<string, readonly Row[]>): SideTable {
  const codes = [...rowsOf.keys()].sort();
  const sorted = codes.map((code) => [...rowsOf.get(code)!].sort((a, b) => a.known - b.known || a.period - b.period));
  const rows = sorted.flat();
  const offsets = new Int32Array(codes.length + 1);
  for (let c = 0; c < codes.length; c++) offsets[c + 1] = offsets[c] + sorted[c].length;
  return {
    codes,
    offsets,
    known: Int32Array.from(rows, ({ known }) => known),
    period: Int32Array.from(rows, ({ period }) => period),
    columns: Object.fromEntries(
      SIDE_TABLES[name].columns.map((column) => [
        column,
        Float64Array.from(rows, ({ values }) => values[column] ?? Number.NaN),
      ]),
    ),
  };
}

export interface TablesShape {
  seed: number;
  /** Share of stocks that a table says nothing of, and of single values that are missing. */
  silent?: number;
  missing?: number;
}

export function randomTables(bars: BarTable, { seed, silent = 0.15, missing = 0.01 }: TablesShape): AllTables {
  const random = new Random(seed, 77);
  const first = bars.days[0] - 800;
  const last = bars.days[bars.days.length - 1];
  const level = (): number => 10 ** (1 + 3 * random.uniform());
  const noisy = (value: number): number =>
    random.uniform() < missing ? Number.NaN : value * Math.exp(0.2 * random.normal());
  const day = (value: number): number => (random.uniform() < missing ? Number.NaN : value);
  /** A row each `step` days or so. */
  const every = (step: number, make: (period: number) => Row | Row[]): Row[] => {
    const rows: Row[] = [];
    for (let period = first + random.int(step); period <= last; period += step === 1 ? 1 : step - 1 + random.int(3))
      rows.push(...[make(period)].flat());
    return rows;
  };
  const eachDay = (make: (period: number) => Record<string, number>): Row[] =>
    every(1, (period) => (random.uniform() < missing ? [] : { known: period, period, values: make(period) }));

  const MAKERS: Record<SideTableName, () => Row[]> = {
    'index-bars': () => {
      let close = level();
      return eachDay(() => {
        close *= Math.exp(0.01 * random.normal());
        return { open: close, high: close * 1.01, low: close * 0.99, close };
      });
    },
    statements: () => statements(random, { first, last, level: level() * 1e6, noisy }),
    dividends: () =>
      every(180, (period) => {
        const announced = period - 10 - random.int(60);
        const values = { amount: noisy(20), record_day: period + 2, payable_day: period + 90, forecast: 1 };
        const final = { ...values, amount: noisy(22), forecast: 0 };
        return [
          { known: announced, period, values },
          { known: period + random.int(40) - 5, period, values: final },
        ];
      }),
    'corporate-actions': () => [],
    'investor-flows': () =>
      every(7, (period) => ({
        known: period + 5 + random.int(3),
        period,
        values: Object.fromEntries(
          SIDE_TABLES['investor-flows'].columns.map((column) => [column, 1e9 * Math.exp(0.2 * random.normal())]),
        ),
      })),
    'margin-interest': () => {
      const [long, short] = [level(), level() / 4];
      return every(7, (period) => {
        const [longShares, shortShares] = [noisy(long), noisy(short)];
        return {
          known: period + 4 + random.int(2),
          period,
          values: {
            long_shares: longShares,
            short_shares: shortShares,
            long_negotiable: longShares * random.uniform(),
            short_negotiable: shortShares * random.uniform(),
          },
        };
      });
    },
    'margin-alerts': () =>
      eachDay(() => ({ long_of_listed: noisy(0.05), short_of_listed: noisy(0.02), caution: random.int(3) })).filter(
        ({ period }) => period % 200 < 40,
      ),
    'short-ratio': () =>
      eachDay(() => ({
        long_sales: noisy(1e9),
        restricted_short_sales: noisy(4e8),
        unrestricted_short_sales: noisy(1e8),
      })).map((row) => ({ ...row, known: row.known + 1 })),
    'short-positions': () =>
      every(25, (period) => ({
        known: period + 2,
        period,
        values: { share_of_listed: random.uniform() < 0.2 ? 0 : noisy(0.02), reporters: 1 + random.int(5) },
      })),
    'earnings-calendar': () =>
      every(91, (period) => {
        const announced = { known: period - 30 - random.int(20), period, values: { quarter: day(1), withdrawn: 0 } };
        const moved = { known: period - 5, period, values: { withdrawn: 1 } };
        return random.uniform() < 0.2
          ? [announced, moved, { known: period - 5, period: period + 6, values: { withdrawn: 0 } }]
          : announced;
      }),
    listing: () =>
      every(365, (period) => ({
        known: period,
        period,
        values: { size_class: 1 + random.int(6), margin_class: 1 + random.int(3) },
      })),
    trading: () =>
      eachDay(() => ({
        turnover: noisy(1e8),
        upper_limit: random.uniform() < 0.05 ? 1 : 0,
        lower_limit: random.uniform() < 0.05 ? 1 : 0,
      })),
    funding: () => eachDay(() => ({ rate: noisy(1e-4) * (random.uniform() < 0.3 ? -1 : 1) })),
    'open-interest': () => {
      const amount = level();
      return eachDay(() => ({ amount: noisy(amount), value: noisy(amount * 100) }));
    },
  };
  const CODES: Record<string, readonly string[]> = {
    stock: [...bars.codes, 'unknown'],
    index: ['INDEX', 'OTHER'],
    sector: [...new Set(bars.sectors)].filter((sector) => sector !== null),
    market: [''],
  };
  return Object.fromEntries(
    SIDE_TABLE_NAMES.map((name) => {
      const codes = CODES[SIDE_TABLES[name].of].filter(() => random.uniform() >= silent);
      return [name, tableOf(name, new Map(codes.map((code) => [code, MAKERS[name]()])))];
    }),
  ) as AllTables;
}

/** Quarterly results of a year that ends in March, forecasts with revisions, some restated much later, some never disclosed. */
function statements(
  random: Random,
  { first, last, level, noisy }: { first: number; last: number; level: number; noisy: (value: number) => number },
): Row[] {
  const rows: Row[] = [];
  for (let yearEnd = first - 365; yearEnd < last + 365; yearEnd += 365) {
    const profit = level * 0.05 * random.normal();
    for (let quarter = 1; quarter <= 4; quarter++) {
      if (random.uniform() < 0.05) continue;
      const period = yearEnd - (4 - quarter) * 91;
      const share = quarter / 4;
      const values = {
        quarter,
        fiscal_year_end: yearEnd,
        document: 1,
        sales: noisy(level * share),
        operating_profit: noisy(1.5 * profit * share),
        ordinary_profit: noisy(1.4 * profit * share),
        profit: noisy(profit * share),
        eps: noisy((profit * share) / 1e5),
        total_assets: noisy(level * 2),
        equity: noisy(level * (random.uniform() < 0.05 ? -0.1 : 0.8)),
        operating_cash_flow: quarter % 2 === 0 ? noisy(profit) : Number.NaN,
        investing_cash_flow: quarter % 2 === 0 ? noisy(-profit / 2) : Number.NaN,
        cash: noisy(level / 5),
        dividend_per_share: quarter === 4 ? noisy(30) : Number.NaN,
        shares_outstanding: noisy(1e5),
        treasury_shares: noisy(1e3),
        ...(quarter < 4
          ? {
              forecast_sales: noisy(level),
              forecast_operating_profit: noisy(1.5 * profit),
              forecast_profit: noisy(profit),
              forecast_dividend_per_share: noisy(30),
            }
          : { next_year_forecast_sales: noisy(level), next_year_forecast_profit: noisy(profit) }),
      };
      const known = period + 25 + random.int(30);
      rows.push({ known, period, values });
      if (random.uniform() < 0.1)
        rows.push({ known: known + 100, period, values: { ...values, profit: noisy(profit) } });
      if (random.uniform() < 0.3)
        rows.push({
          known: known + 20 + random.int(40),
          period,
          values: { fiscal_year_end: yearEnd + (quarter === 4 ? 365 : 0), document: 2, forecast_profit: noisy(profit) },
        });
    }
  }
  return rows;
}

/** Adjustment factors as later splits leave them: whole bars times a power of two that changes now and then. */
export function withFactors(bars: BarTable, seed: number): BarTable & { factor: Float64Array } {
  const random = new Random(seed, 78);
  const factor = new Float64Array(bars.close.length);
  for (let stock = 0; stock < bars.codes.length; stock++) {
    let now = 1;
    for (let row = bars.offsets[stock + 1] - 1; row >= bars.offsets[stock]; row--) {
      factor[row] = now;
      if (random.uniform() < 0.01) now *= random.uniform() < 0.7 ? 0.5 : 3;
    }
  }
  return { ...bars, factor };
}
