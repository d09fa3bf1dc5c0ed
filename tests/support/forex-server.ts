// A server on loopback that answers as Dukascopy's feed does (candles as differences, a year of days or a day of minutes), with made-up
// prices, and misbehaves when told.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const MINUTE = 60_000;
const DAY = 86_400_000;

export interface ForexServerOptions {
  now: string;
  /** Epoch milliseconds of the candles that there are, within [from, to). */
  minutes?: (from: number, to: number) => number[];
  days?: (from: number, to: number) => number[];
  /** What to do instead of answering; undefined answers normally. */
  fault?: (path: string, count: number) => 'empty' | 'half' | number | undefined;
}

/** Price of a moment: anything that a test can compute again, exact to five digits. */
export const priceAt = (time: number): number => Math.round(100_000 + ((time / MINUTE) % 5_000)) / 100_000;

export async function forexServer({ now, minutes = () => [], days = () => [], fault }: ForexServerOptions) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    requests.push(`${url.pathname}${url.search}`);
    const wrong = fault?.(url.pathname, requests.length);
    if (typeof wrong === 'number') return void response.writeHead(wrong).end();
    const [, unit, path] = /^\/v1\/candles\/(day|minute)\/EUR-USD\/BID\/?(.*)$/.exec(url.pathname) ?? [];
    if (unit === undefined) return void response.writeHead(404).end();
    const [year, month = 1, day = 1] = path === '' ? [] : path.split('/').map(Number);
    const from = year === undefined ? Number(url.searchParams.get('from')) : Date.UTC(year, month - 1, day);
    const behind = unit === 'minute' ? from + DAY : Date.UTC(new Date(from).getUTCFullYear() + 1, 0, 1);
    const to = Math.min(behind, Date.parse(now));
    const times = wrong === 'empty' ? [] : unit === 'minute' ? minutes(from, to) : days(from, to);
    const body = JSON.stringify(candles(times, unit === 'minute' ? MINUTE : DAY, from));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(wrong === 'half' ? body.slice(0, body.length / 2) : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: requests as readonly string[],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The first candle stands whole, each further one as its difference to the one before, in units of the multiplier. */
function candles(times: readonly number[], shift: number, from: number): unknown {
  const units = times.map((time) => Math.round(priceAt(time) * 100_000));
  const steps = units.map((unit, i) => (i === 0 ? 0 : unit - units[i - 1]));
  const first = times[0] ?? from;
  const price = (units[0] ?? 100_000) / 100_000;
  return {
    timestamp: first,
    multiplier: 0.00001,
    open: price,
    high: Number((price + 0.001).toFixed(5)),
    low: Number((price - 0.001).toFixed(5)),
    close: price,
    shift,
    times: times.map((time, i) => (i === 0 ? 0 : (time - times[i - 1]) / shift)),
    opens: steps,
    highs: steps,
    lows: steps,
    closes: steps,
    volumes: times.map(() => 2),
  };
}
