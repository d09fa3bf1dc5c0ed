// Owns who may reach the web shell: the token and its cookie, and the checks of Host and Origin that keep other pages out.
// A page elsewhere can make a browser send requests here (DNS rebinding, cross-site requests); it cannot forge these headers.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In constant time, whatever the lengths. */
export const sameToken = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

/** Cookies know no ports: the name tells apart the shells of one machine, and those behind tunnels to several. */
export const cookieName = (token: string): string => `phasor-${digest(token).toString('hex').slice(0, 12)}`;

export const setCookie = (token: string): string => `${cookieName(token)}=${token}; HttpOnly; SameSite=Strict; Path=/`;

function cookieOf(header: string | undefined, name: string): string | undefined {
  const parts = (header ?? '').split(';').map((part) => part.trim());
  return parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** What decides about a request. */
export interface Asked {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  /** A request to change to a WebSocket. */
  upgrade?: boolean;
}

export interface AccessRules {
  /** null lets everyone in who passes the other checks. */
  token: string | null;
  /** The address that the shell listens on; loopback names are always known. */
  host: string;
  /** The machine's own name. */
  machine: string;
}

export type Decision = 'allow' | 'sign-in' | 'unknown-host' | 'foreign' | 'no-token';

/**
 * A request is let in from a page of the shell itself, or from nowhere (an address typed in), with the cookie or, once, the token.
 * The port of Host is not compared: behind a tunnel it is another one.
 */
export function decide(asked: Asked, rules: AccessRules): Decision {
  const host = single(asked.headers.host);
  if (!isKnownHost(host, rules)) return 'unknown-host';
  if (isForeign(asked, host)) return 'foreign';
  if (rules.token === null) return 'allow';
  const [path, query] = asked.url.split('?', 2);
  const given = new URLSearchParams(query).get('token');
  if (given !== null && asked.method === 'GET' && path === '/' && !asked.upgrade)
    return sameToken(given, rules.token) ? 'sign-in' : 'no-token';
  const cookie = cookieOf(single(asked.headers.cookie), cookieName(rules.token));
  return cookie !== undefined && sameToken(cookie, rules.token) ? 'allow' : 'no-token';
}

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** DNS rebinding needs a name of its own: addresses, localhost and the machine's name are not to be had by others. */
function isKnownHost(header: string | undefined, { host, machine }: AccessRules): boolean {
  const url = header === undefined ? null : URL.parse(`http://${header}`);
  if (!url || url.host !== header?.toLowerCase().replace(/:80$/, '')) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(name) || name === host) return true;
  return !isLoopback(host) && (isIP(name) !== 0 || name === machine.toLowerCase());
}

function isForeign({ method, headers, upgrade = false }: Asked, host: string | undefined): boolean {
  const origin = single(headers.origin);
  if (origin !== undefined) return origin !== `http://${host}`;
  // Browsers name the origin of every upgrade and of every request that changes something.
  if (upgrade || (method !== 'GET' && method !== 'HEAD')) return true;
  const site = single(headers['sec-fetch-site']);
  const followed = single(headers['sec-fetch-mode']) === 'navigate' && single(headers['sec-fetch-dest']) === 'document';
  return site !== undefined && site !== 'same-origin' && site !== 'none' && !followed;
}
