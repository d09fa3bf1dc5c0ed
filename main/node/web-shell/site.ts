// Owns everything of the interface that is fetched and not called: its own files, files of the workspace, uploads. A function from
// requests to responses, so that the web shell and the desktop's protocol serve the same.
import { basename, join } from 'node:path';
import { workspacePaths } from '../../../core/app/paths.ts';
import { AppError, type ErrorCode, serializeError } from '../../../core/base/errors.ts';
import { translateSystemError } from '../../../core/base/system-errors.ts';
import { COMMON_HEADERS, PRINTED_POLICY, REPORT_POLICY } from './headers.ts';
import { fileResponse, findFile, serveStatic, typeOf } from './static-files.ts';
import { storeUpload } from './uploads.ts';

export interface SiteOptions {
  workspace: string;
  /** The folder that vite wrote. */
  renderer: string;
  /** Told of every error that is no AppError. */
  onBug(error: unknown, where: string): void;
}

/** @param policy content security policy of the interface's pages */
export type Site = (request: Request, policy: string) => Promise<Response>;

/** Folders of the workspace that are given out, read-only. */
const SHOWN: readonly string[] = [workspacePaths.reports, workspacePaths.exports];

export function createSite({ workspace, renderer, onBug }: SiteOptions): Site {
  const answer = async (request: Request, policy: string): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === '/upload') return await upload(workspace, request);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response('Method not allowed', { status: 405, headers: { allow: 'GET, HEAD' } });
    if (pathname === '/session') return new Response(null, { status: 204 });
    if (pathname.startsWith('/files/')) return workspaceFile(workspace, request);
    return serveStatic(renderer, request, policy);
  };
  return async (request, policy) => {
    const response = await answer(request, policy).catch((thrown: unknown) => {
      const error = translateSystemError(thrown);
      if (!(error instanceof AppError)) onBug(error, `${request.method} ${new URL(request.url).pathname}`);
      const status = error instanceof AppError ? statusOf(error.code) : 500;
      const { stack: _, ...said } = serializeError(error);
      return Response.json({ error: said }, { status });
    });
    for (const [name, value] of Object.entries(COMMON_HEADERS))
      if (!response.headers.has(name)) response.headers.set(name, value);
    return response;
  };
}

function statusOf(code: ErrorCode): number {
  if (code === 'resource/disk-full' || code === 'resource/no-space') return 507;
  return code.startsWith('input/') ? 400 : 500;
}

/** POST /upload?name=bars.csv with the file as its body. @returns { path, bytes } */
async function upload(workspace: string, request: Request): Promise<Response> {
  if (request.method !== 'POST') return new Response('Method not allowed', { status: 405, headers: { allow: 'POST' } });
  const name = new URL(request.url).searchParams.get('name') ?? '';
  const announced = request.headers.get('content-length');
  const body = request.body ?? new ReadableStream({ start: (controller) => controller.close() });
  const stored = await storeUpload(workspace, name, body, announced === null ? undefined : Number(announced));
  return Response.json(stored, { status: 201 });
}

/** GET /files/reports/x.html shows a report; anything else is saved by the browser. */
function workspaceFile(workspace: string, request: Request): Response {
  const [, , folder, ...rest] = new URL(request.url).pathname.split('/');
  const found = SHOWN.includes(folder) ? findFile(join(workspace, folder), rest.join('/')) : undefined;
  if (!found) return new Response('Not found', { status: 404 });
  const name = encodeURIComponent(basename(found.path));
  const report = folder === workspacePaths.reports;
  const pdf = report && found.path.endsWith('.pdf');
  const shown = pdf || (report && found.path.endsWith('.html'));
  return fileResponse(
    found.path,
    found.bytes,
    {
      'content-type': shown ? typeOf(found.path) : 'application/octet-stream',
      'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
      'content-security-policy': pdf ? PRINTED_POLICY : REPORT_POLICY,
      'cache-control': 'no-cache',
    },
    request.method === 'HEAD',
  );
}
