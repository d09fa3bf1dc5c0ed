// A server on loopback that answers as Binance's USD-margined futures are documented to (exchangeInfo, klines, fundingRate,
// openInterestHist), with made-up data, and misbehaves when told.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const DAY = 86_400_000;
const EIGHT_HOURS = DAY / 3;

export interface ExchangeServerOptions {
  /** First and last day with bars, ISO. */
  first: string;
  /** The clock's moment: later rows are not there yet, the day of it is not over. */
  now: string;
  symbols?: readonly string[];
  /** Days on which the exchange stood still: no bar at all. */
  dark?: readonly string[];
  /** What to do instead of answering; undefined answers normally. */
  fault?: (
    path: string,
    count: number,
  ) => { status: number; headers?: Record<string, string>; body?: string } | 'cut' | undefined;
  /** Listed, and without candles. */
  refused?: readonly string[];
  /** Days begin at this hour. */
  dayHour?: number;
}

export interface ExchangeServer {
  readonly url: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Close of a day: anything that a test can compute again. */
export const closeOf = (time: number): number => 100 + ((time / DAY) % 50);

export async function exchangeServer({
  first,
  now,
  symbols = ['BTCUSDT'],
  dark = [],
  fault,
  refused = [],
  dayHour = 0,
}: ExchangeServerOptions): Promise<ExchangeServer> {
  const requests: string[] = [];
  const [start, today] = [Date.parse(first), Date.parse(now)];
  const quiet = new Set(dark.map((day) => Date.parse(day)));

  const between = (query: URLSearchParams, step: number, most: number): number[] => {
    const limit = Math.min(Number(query.get('limit') ?? 100), most);
    const from = Math.max(Number(query.get('startTime') ?? 0), start);
    const to = Math.min(Number(query.get('endTime') ?? today), today);
    const times: number[] = [];
    for (let time = Math.ceil(from / step) * step; time <= to && times.length < limit; time += step)
      if (!quiet.has(Math.floor(time / DAY) * DAY)) times.push(time);
    return times;
  };

  const answer = (path: string, query: URLSearchParams, say: (status: number, body: unknown) => unknown): unknown => {
    if (path.endsWith('/exchangeInfo')) return say(200, { symbols: symbols.map((name) => market(name, start)) });
    const name = query.get('symbol') ?? '';
    if (!symbols.includes(name)) return say(400, { code: -1121, msg: 'Invalid symbol.' });
    if (path.endsWith('/klines')) {
      if (refused.includes(name)) return say(400, { code: -1121, msg: 'Invalid symbol.' });
      const rows = between(query, DAY, 1500).map((time) => {
        const close = closeOf(time);
        return [time + dayHour * 3_600_000, close - 1, close + 2, close - 2, close, 1000, 0]
          .map(String)
          .map((text, i) => (i === 0 ? Number(text) : text));
      });
      return say(200, rows);
    }
    if (path.endsWith('/fundingRate'))
      return say(
        200,
        between(query, EIGHT_HOURS, 1000).map((time) => ({
          symbol: name,
          fundingTime: time + 3,
          fundingRate: '0.00010000',
          markPrice: '1',
        })),
      );
    if (path.endsWith('/openInterestHist')) {
      // Only the latest month is kept.
      if (Number(query.get('startTime') ?? today) < today - 30 * DAY)
        return say(400, { code: -1130, msg: "parameter 'startTime' is invalid." });
      return say(
        200,
        between(query, DAY, 500).map((time) => ({
          symbol: name,
          sumOpenInterest: String(closeOf(time)),
          sumOpenInterestValue: String(closeOf(time) * 2),
          timestamp: time,
        })),
      );
    }
    return say(404, {});
  };

  const server = createServer((request, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    requests.push(`${url.pathname}${url.search}`);
    const wrong = fault?.(url.pathname, requests.length);
    if (wrong === 'cut') return void request.socket.destroy();
    if (wrong) return void response.writeHead(wrong.status, wrong.headers).end(wrong.body ?? '{}');
    answer(url.pathname, url.searchParams, (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const market = (symbol: string, listed: number): unknown => ({
  symbol,
  pair: symbol,
  contractType: 'PERPETUAL',
  deliveryDate: 4133404800000,
  onboardDate: listed,
  status: 'TRADING',
  baseAsset: symbol.slice(0, -4),
  quoteAsset: symbol.slice(-4),
  marginAsset: symbol.slice(-4),
  pricePrecision: 2,
  quantityPrecision: 3,
  filters: [],
  orderTypes: ['LIMIT'],
  timeInForce: ['GTC'],
});
