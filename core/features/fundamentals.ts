// Owns what a company's disclosures amounted to at each of them: trailing years and quarters, their counterparts of the year before,
// forecasts with their revisions, surprises. Row i is made of rows known no later than row i, so an as-of join of it sees no future.
import type { SideTable } from '../data/side-tables.ts';

export const FIGURES = ['sales', 'operating_profit', 'profit'] as const;
export type Figure = (typeof FIGURES)[number];
const FLOWS = [
  ...FIGURES,
  'ordinary_profit',
  'operating_cash_flow',
  'investing_cash_flow',
  'financing_cash_flow',
] as const;
type Flow = (typeof FLOWS)[number];
const STOCKS = ['total_assets', 'equity', 'cash', 'shares_outstanding', 'treasury_shares'] as const;
type Level = (typeof STOCKS)[number];

const YEAR = 365;
/** Reports that a figure is looked for in, the newest first; and those that it may need of the two years before. */
const LOOKED_AT = 8;
const KEPT = LOOKED_AT + 12;
/** Years are reckoned to the same day a year on, give or take a changed month end. */
const SLACK = 20;

export interface Fundamentals {
  /** Sums of the latest four quarters for which all of them are known, and of the four before those. */
  readonly year: Readonly<Record<Flow, Float64Array>>;
  readonly yearBefore: Readonly<Record<Flow, Float64Array>>;
  /** Profit less operating cash flow of the latest four quarters for which both are known. */
  readonly accruals: Float64Array;
  /** The latest quarter alone, and the same one a year earlier. */
  readonly quarter: Readonly<Record<Figure, Float64Array>>;
  readonly quarterBefore: Readonly<Record<Figure, Float64Array>>;
  /** Latest known, and those at the same point a year earlier. */
  readonly level: Readonly<Record<Level, Float64Array>>;
  readonly levelBefore: Readonly<Record<Level, Float64Array>>;
  /** Row that the latest number of shares is from; -1 where there is none. */
  readonly sharesRow: Int32Array;
  /** Dividend of the latest whole year, and the forecast one, by the share; and their rows. */
  readonly dividend: Float64Array;
  readonly dividendRow: Int32Array;
  readonly forecastDividend: Float64Array;
  readonly forecastDividendRow: Int32Array;
  /** The company's own forecast for the year in course, its value before the latest forecast, and the first one for that year. */
  readonly forecast: Readonly<Record<Figure, Float64Array>>;
  readonly forecastBefore: Readonly<Record<Figure, Float64Array>>;
  readonly forecastFirst: Readonly<Record<Figure, Float64Array>>;
  /** The latest whole year, and what was last forecast for it. */
  readonly fullYear: Readonly<Record<Figure, Float64Array>>;
  readonly fullYearForecast: Readonly<Record<Figure, Float64Array>>;
  /** Of the year in course: result so far over the forecast, and the share of the year that has passed. */
  readonly progress: Readonly<Record<Figure, Float64Array>>;
  readonly passed: Float64Array;
  /** Row of the latest results (not of a revised forecast alone); -1 before any. */
  readonly resultsRow: Int32Array;
}

/** A quarter's report in the newest version known. */
interface Report {
  readonly yearEnd: number;
  readonly quarter: number;
  row: number;
}

interface Forecast {
  yearEnd: number;
  value: number;
  before: number;
  first: number;
}

/** @param table 'statements' */
export function fundamentalsOf(table: SideTable): Fundamentals {
  const rows = table.known.length;
  const column = (): Float64Array => new Float64Array(rows).fill(Number.NaN);
  const of = <Name extends string>(names: readonly Name[]): Record<Name, Float64Array> =>
    Object.fromEntries(names.map((name) => [name, column()])) as Record<Name, Float64Array>;
  const noRows = (): Int32Array => new Int32Array(rows).fill(-1);
  const made = {
    year: of(FLOWS),
    yearBefore: of(FLOWS),
    accruals: column(),
    quarter: of(FIGURES),
    quarterBefore: of(FIGURES),
    level: of(STOCKS),
    levelBefore: of(STOCKS),
    sharesRow: noRows(),
    dividend: column(),
    dividendRow: noRows(),
    forecastDividend: column(),
    forecastDividendRow: noRows(),
    forecast: of(FIGURES),
    forecastBefore: of(FIGURES),
    forecastFirst: of(FIGURES),
    fullYear: of(FIGURES),
    fullYearForecast: of(FIGURES),
    progress: of(FIGURES),
    passed: column(),
    resultsRow: noRows(),
  };
  for (let code = 0; code < table.codes.length; code++) {
    const company = new Company(table);
    for (let row = table.offsets[code]; row < table.offsets[code + 1]; row++) {
      company.disclose(row);
      write(company, row, made);
    }
  }
  return made;
}

/** Everything but the read-only view of it. */
type Columns = { -readonly [Key in keyof Fundamentals]: Fundamentals[Key] };

function write(company: Company, row: number, to: Columns): void {
  for (const flow of FLOWS) {
    const report = company.latest((candidate) => !Number.isNaN(company.trailing(flow, candidate)));
    if (!report) continue;
    to.year[flow][row] = company.trailing(flow, report);
    to.yearBefore[flow][row] = company.trailing(flow, company.yearBefore(report));
  }
  const accrued = (report: Report | undefined): number =>
    company.trailing('profit', report) - company.trailing('operating_cash_flow', report);
  to.accruals[row] = accrued(company.latest((candidate) => !Number.isNaN(accrued(candidate))));
  for (const figure of FIGURES) {
    const report = company.latest((candidate) => !Number.isNaN(company.single(figure, candidate)));
    if (report) {
      to.quarter[figure][row] = company.single(figure, report);
      to.quarterBefore[figure][row] = company.single(figure, company.yearBefore(report));
    }
    const forecast = company.forecasts[figure];
    if (forecast) {
      to.forecast[figure][row] = forecast.value;
      to.forecastBefore[figure][row] = forecast.before;
      to.forecastFirst[figure][row] = forecast.first;
    }
    to.fullYear[figure][row] = company.fullYear[figure];
    to.fullYearForecast[figure][row] = company.fullYearForecast[figure];
    to.progress[figure][row] = company.progress(figure);
  }
  for (const level of STOCKS) {
    const report = company.latest((candidate) => !Number.isNaN(company.value(level, candidate)));
    if (!report) continue;
    to.level[level][row] = company.value(level, report);
    to.levelBefore[level][row] = company.value(level, company.yearBefore(report));
    if (level === 'shares_outstanding') to.sharesRow[row] = report.row;
  }
  to.dividend[row] = company.dividend.value;
  to.dividendRow[row] = company.dividend.row;
  to.forecastDividend[row] = company.forecastDividend.value;
  to.forecastDividendRow[row] = company.forecastDividend.row;
  to.passed[row] = company.passed();
  to.resultsRow[row] = company.resultsRow;
}

/** What has been disclosed so far by one company. */
class Company {
  readonly forecasts: Partial<Record<Figure, Forecast>> = {};
  readonly fullYear: Record<Figure, number> = { sales: Number.NaN, operating_profit: Number.NaN, profit: Number.NaN };
  readonly fullYearForecast: Record<Figure, number> = { ...this.fullYear };
  dividend = { value: Number.NaN, row: -1 };
  forecastDividend = { value: Number.NaN, row: -1 };
  resultsRow = -1;
  readonly #columns: SideTable['columns'];
  /** Ascending by the end of the quarter, one each. */
  readonly #reports: Report[] = [];

  constructor({ columns }: SideTable) {
    this.#columns = columns;
  }

  disclose(row: number): void {
    const columns = this.#columns;
    const yearEnd = columns.fiscal_year_end[row];
    const quarter = columns.quarter[row];
    if (Number.isNaN(yearEnd)) return;
    if (quarter >= 1 && [...FLOWS, ...STOCKS].some((name) => !Number.isNaN(columns[name][row]))) {
      this.#insert({ yearEnd, quarter, row });
      this.resultsRow = row;
    }
    for (const figure of FIGURES) {
      const result = columns[figure][row];
      const forecast = this.forecasts[figure];
      if (quarter === 4 && !Number.isNaN(result)) {
        this.fullYear[figure] = result;
        // A correction of results is no surprise against the forecast of the next year.
        if (forecast && sameYear(forecast.yearEnd, yearEnd)) this.fullYearForecast[figure] = forecast.value;
        else if (!forecast) this.fullYearForecast[figure] = Number.NaN;
      }
      this.#forecast(figure, yearEnd, columns[`forecast_${figure}`][row]);
      this.#forecast(figure, yearEnd + YEAR, columns[`next_year_forecast_${figure}`][row]);
    }
    const paid = columns.dividend_per_share[row];
    if (quarter === 4 && !Number.isNaN(paid)) this.dividend = { value: paid, row };
    for (const name of ['forecast_dividend_per_share', 'next_year_forecast_dividend_per_share'])
      if (!Number.isNaN(columns[name][row])) this.forecastDividend = { value: columns[name][row], row };
  }

  #insert(report: Report): void {
    const order = (candidate: Report): number => candidate.yearEnd + (candidate.quarter - 4) * (YEAR / 4);
    let at = this.#reports.length;
    while (at > 0 && order(this.#reports[at - 1]) > order(report) + SLACK) at--;
    const held = this.#reports[at - 1];
    if (held && held.quarter === report.quarter && sameYear(held.yearEnd, report.yearEnd)) held.row = report.row;
    else this.#reports.splice(at, 0, report);
    if (this.#reports.length > KEPT) this.#reports.shift();
  }

  #forecast(figure: Figure, yearEnd: number, value: number): void {
    if (Number.isNaN(value)) return;
    const held = this.forecasts[figure];
    if (held && sameYear(held.yearEnd, yearEnd)) {
      held.before = held.value;
      held.value = value;
    } else if (!held || held.yearEnd < yearEnd)
      this.forecasts[figure] = { yearEnd, value, before: Number.NaN, first: value };
  }

  /** The newest report of which this holds, of the latest two years. */
  latest(holds: (report: Report) => boolean): Report | undefined {
    for (let back = 1; back <= Math.min(LOOKED_AT, this.#reports.length); back++)
      if (holds(this.#reports[this.#reports.length - back])) return this.#reports[this.#reports.length - back];
    return undefined;
  }

  yearBefore(report: Report): Report | undefined {
    return this.#find(report.yearEnd - YEAR, report.quarter);
  }

  #find(yearEnd: number, quarter: number): Report | undefined {
    return this.#reports.findLast((report) => report.quarter === quarter && sameYear(report.yearEnd, yearEnd));
  }

  value(name: string, report: Report | undefined): number {
    return report ? this.#columns[name][report.row] : Number.NaN;
  }

  /** Sum of the four quarters that end with the report: results so far, what was missing of the year before, and that year. */
  trailing(flow: Flow, report: Report | undefined): number {
    if (!report || report.quarter === 4) return this.value(flow, report);
    const wholeBefore = this.value(flow, this.#find(report.yearEnd - YEAR, 4));
    return this.value(flow, report) + wholeBefore - this.value(flow, this.yearBefore(report));
  }

  /** The quarter of the report alone: results run from the year's start. */
  single(figure: Figure, report: Report | undefined): number {
    if (!report || report.quarter === 1) return this.value(figure, report);
    return this.value(figure, report) - this.value(figure, this.#find(report.yearEnd, report.quarter - 1));
  }

  /** The report of the year that the forecasts are for; none yet after the year's beginning. */
  #inCourse(): Report | undefined {
    const report = this.#reports.at(-1);
    const forecast = this.forecasts.profit ?? this.forecasts.operating_profit ?? this.forecasts.sales;
    return report && forecast && sameYear(report.yearEnd, forecast.yearEnd) && report.quarter < 4 ? report : undefined;
  }

  /** Result so far over the forecast; NaN where that is not positive. */
  progress(figure: Figure): number {
    const forecast = this.forecasts[figure]?.value ?? Number.NaN;
    return forecast > 0 ? this.value(figure, this.#inCourse()) / forecast : Number.NaN;
  }

  passed(): number {
    return (this.#inCourse()?.quarter ?? Number.NaN) / 4;
  }
}

function sameYear(a: number, b: number): boolean {
  return Math.abs(a - b) <= SLACK;
}
