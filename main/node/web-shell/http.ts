// Owns node's HTTP as fetch's requests and responses, compressing what shrinks.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

const SHRINKS = /^(text\/|application\/(json|manifest\+json)|image\/svg)/;
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Half of zlib's effort: a page is compressed while it is awaited. */
const BROTLI_QUALITY = 5;

/** undefined where it is no request for a page: of a method that fetch does not know, or for an address elsewhere. */
export function toRequest(incoming: IncomingMessage): Request | undefined {
  const { method = 'GET', headers, url = '/' } = incoming;
  const address = URL.parse(url, `http://${headers.host}`);
  const own = headers.host?.toLowerCase().replace(/:80$/, '');
  if (!address || address.host !== own || !url.startsWith('/') || !METHODS.has(method)) return undefined;
  const bodied = method !== 'GET' && method !== 'HEAD';
  const plain = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return new Request(address, {
    method,
    headers: plain,
    ...(bodied ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
  });
}

/** Resolves when everything is sent; the reader may go away at any time. */
export async function sendResponse(response: Response, outgoing: ServerResponse, accepts: string): Promise<void> {
  const headers = new Headers(response.headers);
  const shrinks = SHRINKS.test(headers.get('content-type') ?? '') && response.status === 200;
  const encoding = shrinks ? ['br', 'gzip'].find((name) => accepts.includes(name)) : undefined;
  if (encoding) {
    headers.delete('content-length');
    headers.set('content-encoding', encoding);
    headers.set('vary', 'accept-encoding');
  }
  outgoing.writeHead(response.status, Object.fromEntries(headers));
  if (!response.body) return void outgoing.end();
  const body = Readable.fromWeb(response.body as never);
  const packing =
    encoding === 'br'
      ? [createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })]
      : encoding === 'gzip'
        ? [createGzip()]
        : [];
  await pipeline([body, ...packing, outgoing]);
}
