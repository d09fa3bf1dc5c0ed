// Owns exchanges of ccxt: loading one alone, sending its requests through the one place that is paced and logged, and saying its errors as ours.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../base/errors.ts';
import { nearestName } from '../../base/nearest.ts';
import { SourceHttp } from './http.node.ts';
import type { SourceContext } from './source.ts';

/** What is used of ccxt's Exchange; its own types take a compiler longer than the rest of the program. */
export interface CcxtExchange {
  readonly id: string;
  readonly name: string;
  /** true, false, undefined, or 'emulated'. */
  readonly has: Readonly<Record<string, unknown>>;
  readonly timeframes: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds between requests of cost 1. */
  readonly rateLimit: number;
  readonly last_request_url?: string;
  fetchImplementation?: (url: string, init: CcxtInit) => Promise<unknown>;
  throttle: (cost?: number) => Promise<void>;
  loadMarkets(): Promise<Readonly<Record<string, CcxtMarket>>>;
  featureValue(symbol: string, method: string, name: string): unknown;
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since: number,
    limit: number | undefined,
    params: object,
  ): Promise<readonly (readonly (number | undefined)[])[]>;
  fetchFundingRateHistory(
    symbol: string,
    since: number,
    limit: number | undefined,
    params: object,
  ): Promise<readonly CcxtFunding[]>;
  fetchOpenInterestHistory(
    symbol: string,
    timeframe: string,
    since: number,
    limit: number | undefined,
    params: object,
  ): Promise<readonly CcxtOpenInterest[]>;
}

interface CcxtInit {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface CcxtMarket {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly spot?: boolean;
  readonly swap?: boolean;
  readonly active?: boolean;
  /** Epoch milliseconds of the listing, where the exchange says. */
  readonly created?: number;
}

export interface CcxtFunding {
  readonly timestamp?: number;
  readonly fundingRate?: number;
}

export interface CcxtOpenInterest {
  readonly timestamp?: number;
  readonly openInterestAmount?: number;
  readonly openInterestValue?: number;
}

type ExchangeClass = new (options: { enableRateLimit: boolean }) => CcxtExchange;

/** The package names no single exchange among its exports, so that they are found beside its entry. */
const folder = (): URL => new URL('./src/', import.meta.resolve('ccxt'));

/** Ids of the exchanges that ccxt knows. */
export function exchangeNames(): string[] {
  return readdirSync(fileURLToPath(folder()))
    .filter((name) => /^[a-z0-9]+\.js$/.test(name))
    .map((name) => name.slice(0, -3))
    .sort();
}

/** @throws source/unknown-exchange */
export async function openExchange(
  name: string,
  context: SourceContext,
  signal: () => AbortSignal,
): Promise<CcxtExchange> {
  const known = exchangeNames();
  if (!known.includes(name)) throw new AppError('source/unknown-exchange', { name, nearest: nearestName(name, known) });
  const { default: Exchange } = (await import(/* @vite-ignore */ new URL(`${name}.js`, folder()).href)) as {
    default: ExchangeClass;
  };
  const exchange = new Exchange({ enableRateLimit: true });
  const http = new SourceHttp({ source: name, baseUrl: '', headers: {}, bucketsFor: () => [], context });
  exchange.fetchImplementation = async (url, { method, headers, body }) => {
    const answer = await http.request({ url: target(url, context.baseUrl), method, headers, body }, faultOf, signal());
    const text = new TextDecoder().decode(answer.bytes);
    return { status: answer.status, statusText: '', headers: new Headers(), text: () => Promise.resolve(text) };
  };
  let free = 0;
  exchange.throttle = async (cost = 1) => {
    const now = context.clock.now();
    const wait = Math.max(0, free - now);
    free = now + wait + exchange.rateLimit * cost;
    if (wait > 0) {
      context.onWait?.('pace', wait);
      await context.pause(wait, signal());
    }
    if (signal().aborted) throw new AppError('cancelled', {});
  };
  return exchange;
}

/** An exchange has several hosts: with another address they become its folders. */
function target(url: string, baseUrl: string | undefined): string {
  if (baseUrl === undefined) return url;
  const { host, pathname, search } = new URL(url);
  return `${baseUrl}/${host}${pathname}${search}`;
}

function faultOf(bytes: Uint8Array): string | undefined {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const LIMITS = ['RateLimitExceeded', 'DDoSProtection'];
/** What an exchange answers that does not offer a method, an argument or such old days. */
const REFUSALS = ['BadRequest', 'BadSymbol', 'NotSupported', 'ArgumentsRequired', 'ExchangeError', 'OperationRejected'];

const nameOf = (error: unknown): string => (error instanceof Error ? error.constructor.name : '');

/** Whether an exchange said that it does not do what was asked for, as opposed to not being able to now. */
export const isRefusal = (error: unknown): boolean => REFUSALS.includes(nameOf(error));

/** An error of ccxt in our words. */
export function ccxtError(exchange: CcxtExchange, error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const name = nameOf(error);
  if (LIMITS.includes(name)) return new AppError('source/limit', { source: exchange.id, minutes: 0 }, error);
  if (name === 'TypeError' || name === 'RangeError') return error;
  const message = error.message.replaceAll(/\s+/g, ' ').slice(0, 200);
  const url = (exchange.last_request_url ?? exchange.id).split('?')[0];
  return new AppError('source/refused', { url, status: name, message }, error);
}
