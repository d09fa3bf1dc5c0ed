// A server on loopback that behaves as the J-Quants API V2 is documented to, with made-up data, and misbehaves when told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { fromEpochDay, toEpochDay } from '../../core/base/clock.ts';
import { covers, PATHS, type Plan } from '../../core/data/sources/jquants-api.ts';

export const GOOD_KEY = 'jq-secret-4b1f9c2e7a';

type Row = Record<string, unknown>;
/** What to do instead of answering: a status with headers, a cut connection, a cut body, silence, a body that unpacks without end, or one of the test's. */
export type Fault =
  | { status: number; headers?: Record<string, string>; message?: string }
  | 'cut'
  | 'half'
  | 'silence'
  | 'gate'
  | 'html'
  | 'endless'
  | { body: unknown };

export interface JQuantsServerOptions {
  plan?: Plan;
  /** Days that the plan covers; the last is open where absent. */
  covers?: { from: string; to?: string };
  /** Trading days: Monday to Friday from the first to the last, but these. */
  first?: string;
  last?: string;
  holidays?: readonly string[];
  codes?: readonly string[];
  /** Rows of a page; more follow under a pagination_key. */
  pageSize?: number;
  /** Asked for every request with a good key, in order; undefined answers normally. */
  fault?: (request: { path: string; query: URLSearchParams; count: number }) => Fault | undefined;
}

export interface JQuantsServer {
  readonly url: string;
  /** Path and query of every request, in order of arrival. */
  readonly requests: readonly string[];
  /** Requests in flight at once, at most. */
  readonly mostAtOnce: () => number;
  /** Resolves when a request stands before the gate (fault 'gate'); opening it answers those and later ones. */
  readonly atGate: Promise<void>;
  openGate(): void;
  close(): Promise<void>;
}

/** Days that end today, for those whose clock cannot be set. */
export const daysUntilToday = (count: number): { first: string; last: string } => {
  const today = Math.floor((Date.now() + 9 * 3_600_000) / 86_400_000);
  return { first: fromEpochDay(today - count), last: fromEpochDay(today) };
};

const PLAN_OF: Readonly<Record<string, Plan>> = {
  [PATHS.topix]: 'light',
  [PATHS.investorTypes]: 'light',
  [PATHS.indices]: 'standard',
  [PATHS.marginInterest]: 'standard',
  [PATHS.marginAlert]: 'standard',
  [PATHS.shortRatio]: 'standard',
  [PATHS.shortSale]: 'standard',
  [PATHS.dividend]: 'premium',
};

/** The whole market stood still: every price is null. */
export const DARK_DAY = '2024-01-11';
/** 13010 is split two for one on this day. */
export const SPLIT_DAY = '2024-01-16';
/** 13050 has no trades on this day. */
export const QUIET_DAY = '2024-01-09';

export async function jquantsServer(options: JQuantsServerOptions = {}): Promise<JQuantsServer> {
  const { plan = 'premium', covers: window, pageSize = 1_000, fault } = options;
  const market = new Market(options);
  const requests: string[] = [];
  const gate = Promise.withResolvers<void>();
  const atGate = Promise.withResolvers<void>();
  let [inFlight, most] = [0, 0];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const path = url.pathname.replace(/^\/v2/, '');
    requests.push(`${path}${url.search}`);
    const say = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
    const key = request.headers['x-api-key'];
    if (key === undefined || key === '') return say(401, { message: 'The api key is required.' });
    if (key !== GOOD_KEY) return say(403, { message: `The incoming key ${String(key)} is invalid or expired.` });
    const wrong = fault?.({ path, query: url.searchParams, count: requests.length });
    if (wrong === 'cut') return void request.socket.destroy();
    if (wrong === 'silence') return; // the client gives up
    if (wrong === 'html')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>maintenance</html>');
    if (wrong === 'endless') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      return void response.write(gzipSync(Buffer.alloc(65 * 2 ** 20, ' '))); // and there it stays open
    }
    if (typeof wrong === 'object' && 'body' in wrong) return say(200, wrong.body);
    if (wrong === 'gate') {
      atGate.resolve();
      await gate.promise;
    } else if (typeof wrong === 'object')
      return say(wrong.status, { message: wrong.message ?? `status ${wrong.status}` }, wrong.headers);
    if (!covers(plan, PLAN_OF[path] ?? 'free'))
      return say(403, { message: 'This API is not available on your subscription.' });
    const asked = url.searchParams.get('date') ?? url.searchParams.get('disc_date') ?? url.searchParams.get('from');
    if (window && asked !== null && (asked < window.from || asked > (window.to ?? '9999')))
      return say(400, {
        message: `Your subscription covers the following dates: ${window.from} ~ ${window.to ?? ''}. If you want more data, please check other plans`,
      });
    const rows = market.rows(path, url.searchParams);
    if (rows === undefined) return say(403, { message: 'The requested endpoint does not exist.' });
    const start = Number(url.searchParams.get('pagination_key') ?? 0);
    const page = rows.slice(start, start + pageSize);
    const more = start + pageSize < rows.length ? { pagination_key: String(start + pageSize) } : {};
    const body = JSON.stringify({ data: page, ...more }, null, 1);
    if (wrong === 'half')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(body.slice(0, body.length / 2));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  };

  const server = createServer((request, response) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    response.on('close', () => {
      inFlight -= 1;
    });
    void handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`,
    requests,
    mostAtOnce: () => most,
    atGate: atGate.promise,
    openGate: () => gate.resolve(),
    close: async () => {
      gate.resolve();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

class Market {
  readonly #days: string[];
  readonly #all: { Date: string; HolDiv: string }[];
  readonly #codes: readonly string[];

  constructor({
    first = '2024-01-04',
    last = '2024-01-31',
    holidays = ['2024-01-08'],
    codes = ['13010', '13050', '130A0'],
  }: JQuantsServerOptions) {
    const length = toEpochDay(last) - toEpochDay(first) + 1;
    const days = Array.from({ length }, (_, i) => fromEpochDay(toEpochDay(first) + i));
    const isOpen = (day: string): boolean =>
      ![0, 6].includes(new Date(`${day}T00:00Z`).getUTCDay()) && !holidays.includes(day);
    this.#all = days.map((day) => ({ Date: day, HolDiv: isOpen(day) ? '1' : '0' }));
    this.#days = days.filter(isOpen);
    this.#codes = codes;
  }

  rows(path: string, query: URLSearchParams): Row[] | undefined {
    const date = query.get('date') ?? '';
    const open = this.#days.includes(date);
    switch (path) {
      case PATHS.calendar:
        return this.#all;
      case PATHS.master:
        return this.#codes.map((code) => this.#listed(code, date === '' ? this.#days[0] : date));
      case PATHS.bars:
        return open ? this.#codes.map((code, i) => this.#bar(code, i, date)) : [];
      case PATHS.topix:
        return this.#between(query).map((day) => ({
          Date: day,
          O: 2_400,
          H: 2_410,
          L: 2_390,
          C: 2_400 + this.#days.indexOf(day),
        }));
      case PATHS.indices:
        return open
          ? ['0000', '0028'].map((Code) => ({
              Date: date,
              Code,
              O: 2_400,
              H: 2_410,
              L: 2_390,
              C: 2_400 + this.#days.indexOf(date),
            }))
          : [];
      case PATHS.summary:
        return date === '2024-01-12' ? STATEMENTS : [];
      case PATHS.dividend:
        return DIVIDENDS.filter((row) => row.PubDate === date);
      case PATHS.investorTypes:
        return FLOWS.filter(
          (row) => row.PubDate >= (query.get('from') ?? '') && row.PubDate <= (query.get('to') ?? '9999'),
        );
      case PATHS.marginInterest:
        return date === '2024-01-12'
          ? [
              {
                Date: date,
                Code: '13010',
                LongVol: 1_000,
                ShrtVol: 200.0,
                LongNegVol: 300,
                ShrtNegVol: 0,
                LongStdVol: 700,
                ShrtStdVol: 200,
                IssType: '2',
              },
            ]
          : [];
      case PATHS.marginAlert:
        return date === '2024-01-15' ? ALERTS : [];
      case PATHS.shortRatio:
        return open
          ? ['0050', '9999'].map((S33) => ({
              Date: date,
              S33,
              SellExShortVa: 5e9,
              ShrtWithResVa: 3e9,
              ShrtNoResVa: 1e9,
            }))
          : [];
      case PATHS.shortSale:
        return REPORTS.filter((row) => row.DiscDate === query.get('disc_date'));
      case PATHS.earningsDate:
        return ANNOUNCED.filter((row) => row.PubDate === date);
      case PATHS.earningsCalendar:
        return [
          {
            Date: '2024-02-01',
            Code: '13050',
            CoName: 'B',
            FY: '3月31日',
            FQ: '第３四半期',
            SectorNm: '',
            Section: '',
          },
        ];
      default:
        return undefined;
    }
  }

  #between(query: URLSearchParams): string[] {
    return this.#days.filter((day) => day >= (query.get('from') ?? '') && day <= (query.get('to') ?? '9999'));
  }

  #listed(code: string, date: string): Row {
    const sector = code === '13050' ? ['9999', 'その他'] : ['0050', '水産・農林業'];
    return {
      Date: date,
      Code: code,
      CoName: `会社${code}`,
      CoNameEn: `Company ${code}`,
      S17: '1',
      S17Nm: '食品',
      S33: sector[0],
      S33Nm: sector[1],
      ScaleCat: code === '13010' ? 'TOPIX Small 2' : '-',
      Mkt: '0111',
      MktNm: 'プライム',
      Mrgn: '2',
      MrgnNm: '貸借',
      ProdCat: '011',
    };
  }

  /** 13010 is worth twice as much before its split. */
  #bar(code: string, i: number, date: string): Row {
    const dark = date === DARK_DAY || (code === '13050' && date === QUIET_DAY);
    const base = {
      Date: date,
      Code: code,
      UL: '0',
      LL: '0',
      AdjFactor: code === '13010' && date === SPLIT_DAY ? 0.5 : 1.0,
    };
    if (dark) return { ...base, O: null, H: null, L: null, C: null, Vo: null, Va: null, AdjC: null };
    const price = (100 * (i + 1) + this.#days.indexOf(date)) * (code === '13010' && date < SPLIT_DAY ? 2 : 1);
    return {
      ...base,
      O: price,
      H: price + 2,
      L: price - 2,
      C: price + 1,
      Vo: 1_000,
      Va: 1_000 * price,
      AdjC: price + 1,
    };
  }
}

const EMPTY_STATEMENT = {
  DiscTime: '15:30:00',
  Code: '13010',
  CurPerSt: '2023-04-01',
  CurPerEn: '2023-12-31',
  CurFYSt: '2023-04-01',
  CurFYEn: '2024-03-31',
};
const STATEMENTS: Row[] = [
  {
    ...EMPTY_STATEMENT,
    DiscDate: '2024-01-12',
    DiscNo: '20240112000001',
    DocType: '3QFinancialStatements_Consolidated_IFRS',
    CurPerType: '3Q',
    Sales: '1000000000',
    OP: '90000000',
    OdP: '',
    NP: '60000000',
    EPS: '12.5',
    TA: '2000000000',
    Eq: '800000000',
    EqAR: '0.4',
    BPS: '',
    CFO: '',
    CashEq: '',
    FSales: '1400000000',
    FNP: '80000000',
    FEPS: '16.7',
    ShOutFY: '4800000',
    TrShFY: '0',
    DivAnn: '',
    FDivAnn: '20.0',
    // The parent's own figures, by another standard: not those of the group.
    NCSales: '700000000',
    NCOdP: '40000000',
  },
  {
    ...EMPTY_STATEMENT,
    DiscDate: '2024-01-12',
    DiscTime: '',
    Code: '13050',
    DiscNo: '20240112000002',
    DocType: 'EarnForecastRevision',
    CurPerType: 'FY',
    CurPerEn: '2024-03-31',
    Sales: '',
    FSales: '500000000',
    FNP: '-1000000',
    FNCOP: '3000000',
  },
  // A company without a group: its own figures are all there is.
  {
    ...EMPTY_STATEMENT,
    DiscDate: '2024-01-12',
    Code: '130A0',
    DiscNo: '20240112000003',
    DocType: '3QFinancialStatements_NonConsolidated_JP',
    CurPerType: '3Q',
    Sales: '90000000',
    NCOdP: '8000000',
  },
];

const NOTICE = {
  Code: '13010',
  RefNo: '1',
  CARefNo: '1',
  StatCode: '1',
  IFCode: '2',
  FRCode: '2',
  DivRate: '10.0',
  RecDate: '2024-01-31',
  ExDate: '2024-01-30',
  PayDate: '-',
  PubTime: '09:30',
};
const DIVIDENDS = [
  { ...NOTICE, PubDate: '2024-01-10' },
  {
    ...NOTICE,
    PubDate: '2024-01-17',
    PubTime: '15:40',
    RefNo: '2',
    StatCode: '2',
    FRCode: '1',
    DivRate: 12.5,
    ExDate: '2024-01-29',
  },
  { ...NOTICE, PubDate: '2024-01-17', Code: '13050', RefNo: '3', CARefNo: '3', DivRate: '-' },
  { ...NOTICE, PubDate: '2024-01-18', PubTime: '', Code: '13050', RefNo: '4', CARefNo: '3', StatCode: '3' },
];

const FLOW = {
  StDate: '2024-01-04',
  EnDate: '2024-01-05',
  Section: 'TokyoNagoya',
  PropSell: 100,
  PropBuy: 150.5,
  FrgnSell: 7,
  FrgnBuy: 9,
};
const FLOWS = [
  { ...FLOW, PubDate: '2024-01-11' },
  { ...FLOW, PubDate: '2024-01-11', Section: 'TSEPrime', PropBuy: 1 },
  { ...FLOW, PubDate: '2024-01-18', PropBuy: 160 },
];

const NO_REASON = {
  Restricted: '0',
  DailyPublication: '1',
  Monitoring: '0',
  RestrictedByJSF: '0',
  PrecautionByJSF: '0',
  UnclearOrSecOnAlert: '0',
};
const ALERTS: Row[] = [
  {
    PubDate: '2024-01-15',
    AppDate: '2024-01-12',
    Code: '13010',
    PubReason: { ...NO_REASON, PrecautionByJSF: '1' },
    LongOut: 500,
    ShrtOut: 20,
    LongOutRatio: 2.5,
    ShrtOutRatio: 0.1,
  },
  {
    PubDate: '2024-01-15',
    AppDate: '2024-01-12',
    Code: '13050',
    PubReason: { ...NO_REASON, Restricted: '1' },
    LongOut: 5,
    ShrtOut: 2,
    LongOutRatio: '*',
    ShrtOutRatio: '*',
  },
];

const REPORT = { Code: '13010', DICName: '', FundName: '', Notes: '' };
const REPORTS = [
  { ...REPORT, DiscDate: '2024-01-10', CalcDate: '2024-01-09', SSName: 'A', ShrtPosToSO: 0.01 },
  { ...REPORT, DiscDate: '2024-01-10', CalcDate: '2024-01-09', SSName: 'B', ShrtPosToSO: '0.006' },
  { ...REPORT, DiscDate: '2024-01-15', CalcDate: '2024-01-12', SSName: 'A', ShrtPosToSO: 0.02 },
  { ...REPORT, DiscDate: '2024-01-17', CalcDate: '2024-01-16', SSName: 'B', ShrtPosToSO: 0.004 },
  // Late: its day is before those that were reported meanwhile.
  { ...REPORT, DiscDate: '2024-01-18', CalcDate: '2024-01-11', SSName: 'C', ShrtPosToSO: 0.007 },
  { ...REPORT, DiscDate: '2024-01-22', CalcDate: '2024-01-19', SSName: 'A', ShrtPosToSO: 0.0049 },
  { ...REPORT, DiscDate: '2024-01-22', CalcDate: '2024-01-19', SSName: 'C', ShrtPosToSO: 0.001 },
];

const ANNOUNCEMENT = { Code: '13010', FYE: '2024-03-31', FQName: '3Q' };
const ANNOUNCED = [
  { ...ANNOUNCEMENT, PubDate: '2024-01-10', SchDate: '2024-01-25' },
  { ...ANNOUNCEMENT, PubDate: '2024-01-17', SchDate: '2024-01-30' },
  { ...ANNOUNCEMENT, PubDate: '2024-01-24', SchDate: '' },
];
