// Owns the interface's own files: what vite built, with index.html for every address that the interface routes itself.
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export const typeOf = (path: string): string => TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';

/** The file's contents, as a stream. */
export function fileResponse(path: string, bytes: number, headers: Record<string, string>, head: boolean): Response {
  const body = head ? null : (Readable.toWeb(createReadStream(path)) as ReadableStream);
  return new Response(body, { headers: { 'content-length': String(bytes), ...headers } });
}

/** Of paths that lead to no file: absent, through a file, too long, in a circle. */
const NOWHERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

/**
 * The file that `pathname` (as in an address) means below `root`, or undefined where there is none or it lies elsewhere. Nothing
 * hidden is given out.
 */
export function findFile(root: string, pathname: string): { path: string; bytes: number } | undefined {
  let parts: string[];
  try {
    parts = decodeURIComponent(pathname).split('/').filter(Boolean);
  } catch {
    return undefined; // not a sound address
  }
  if (parts.some((part) => part.startsWith('.') || /[\\:\0]/.test(part))) return undefined;
  try {
    const real = realpathSync.native(join(root, ...parts));
    const found = statSync(real);
    const inside = real.startsWith(realpathSync.native(root) + sep);
    return found.isFile() && inside ? { path: real, bytes: found.size } : undefined;
  } catch (error) {
    if (NOWHERE.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

const FOREVER = 'private, max-age=31536000, immutable';

/** @param root the folder that vite wrote @param policy content security policy of the pages */
export function serveStatic(root: string, request: Request, policy: string): Response {
  const { pathname } = new URL(request.url);
  const head = request.method === 'HEAD';
  const asset = pathname.startsWith('/assets/');
  const page = pathname === '/' || (!asset && (request.headers.get('accept') ?? '').includes('text/html'));
  const found = findFile(root, pathname) ?? (page ? findFile(root, '/index.html') : undefined);
  if (!found) {
    if (page) return notBuilt(policy);
    return new Response('Not found', { status: 404 });
  }
  const headers: Record<string, string> = {
    'content-type': typeOf(found.path),
    'cache-control': asset ? FOREVER : 'no-cache',
  };
  if (found.path.endsWith('.html')) headers['content-security-policy'] = policy;
  return fileResponse(found.path, found.bytes, headers, head);
}

function notBuilt(policy: string): Response {
  const text = `<!doctype html><meta charset="utf-8"><title>Phasor</title>
<p>The interface has not been built. Run <code>npm run build</code> in Phasor's folder, then reload this page.</p>
<p lang="ja">インターフェースがビルドされていません。Phasor のフォルダーで <code>npm run build</code> を実行してから再読み込みしてください。</p>`;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  return new Response(text, { status: 503, headers });
}
