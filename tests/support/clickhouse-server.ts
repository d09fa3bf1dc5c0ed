// A server on loopback that speaks ClickHouse's HTTP interface as it is documented, and answers the one aggregation that Phasor sends, from
// made-up trades. It is no ClickHouse: that the statement means there what it says is not shown by it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Trade {
  code: string;
  /** ISO moment, UTC. */
  time: string;
  price: number;
  size: number;
}

export interface Asked {
  readonly sql: string;
  /** What came as param_...; the types stand in the statement. */
  readonly params: Readonly<Record<string, string>>;
}

export interface ClickHouseServerOptions {
  trades?: readonly Trade[];
  user?: string;
  password?: string;
  /** 'breaks' fails after half of the rows were sent, with status 200: what it says of it follows them, as it does there. */
  fault?: (count: number) => 'cut' | 'breaks' | { code: number; type: string; message: string } | undefined;
}

export async function clickHouseServer({
  trades = [],
  user = 'reader',
  password = 'secret-7',
  fault,
}: ClickHouseServerOptions = {}) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sql = Buffer.concat(chunks).toString('utf8') || (url.searchParams.get('query') ?? '');
      const named = [...url.searchParams].filter(([name]) => name.startsWith('param_'));
      const params = Object.fromEntries(named.map(([name, value]) => [name.slice(6), value]));
      const fail = (status: number, code: number, type: string, message: string): void => {
        response.writeHead(status, { 'x-clickhouse-exception-code': String(code) });
        response.end(`Code: ${code}. DB::Exception: ${message}. (${type}) (version 25.8.1.1)`);
      };
      const given = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString('utf8');
      if (given !== `${user}:${password}`)
        return fail(403, 516, 'AUTHENTICATION_FAILED', `${user}: Authentication failed`);
      asked.push({ sql, params });
      const wrong = fault?.(asked.length);
      if (wrong === 'cut') return void request.socket.destroy();
      if (wrong && wrong !== 'breaks') return fail(404, wrong.code, wrong.type, wrong.message);
      response.writeHead(200, { 'content-type': 'application/json' });
      const text = answer(sql, params, trades)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join('');
      const broken = `${text.slice(0, text.length / 2)}\nCode: 241. DB::Exception: Memory limit exceeded, asked by ${user}:${password}. (MEMORY_LIMIT_EXCEEDED)\n`;
      return void response.end(wrong === 'breaks' ? broken : text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: asked as readonly Asked[],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(sql: string, params: Readonly<Record<string, string>>, trades: readonly Trade[]): unknown[][] {
  if (/WHERE false/.test(sql)) return [['0']];
  if (/SELECT DISTINCT/.test(sql)) return [...new Set(trades.map(({ code }) => code))].sort().map((code) => [code]);
  const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: params.zone });
  // ['A','B'], as arrays are written in parameters.
  const codes = /\{codes:/.test(sql) ? [...params.codes.matchAll(/'([^']*)'/g)].map(([, code]) => code) : null;
  const groups = new Map<string, Trade[]>();
  for (const trade of trades) {
    const day = dayOf.format(new Date(trade.time));
    if (day < params.from || day > params.to || (codes && !codes.includes(trade.code))) continue;
    const key = `${day} ${trade.code}`;
    groups.set(key, [...(groups.get(key) ?? []), trade]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, group]) => {
      const [day, code] = key.split(' ');
      const sorted = group.toSorted((a, b) => (a.time < b.time ? -1 : 1));
      const prices = sorted.map(({ price }) => price);
      const volume = sorted.reduce((sum, { size }) => sum + size, 0);
      return [code, day, prices[0], Math.max(...prices), Math.min(...prices), prices.at(-1), volume];
    });
}
