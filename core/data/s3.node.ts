// Owns copying files from and to an S3-compatible bucket, byte for byte, through DuckDB's httpfs extension. Optional: nothing else needs it,
// and neither the extension nor any key is part of the product.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../base/errors.ts';
import { Duck } from './duckdb.node.ts';
import { sqlPath, sqlText } from './sql.ts';

/** As the usual environment variables say it; nothing of it is kept. */
export interface S3Access {
  readonly keyId?: string;
  readonly secret?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  /** Of another service than Amazon's: http://HOST:PORT or https://HOST. */
  readonly endpoint?: string;
  /** Where DuckDB's extensions lie, if not in its own folder. */
  readonly extensionFolder?: string;
}

export function s3AccessOf(env: Readonly<Record<string, string | undefined>>): S3Access {
  return {
    keyId: env.AWS_ACCESS_KEY_ID,
    secret: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    endpoint: env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL,
    extensionFolder: env.PHASOR_DUCKDB_EXTENSIONS,
  };
}

/** A bucket and a folder in it, without a slash at the end. @throws input/not-an-s3-url */
export function requireS3Url(url: string): string {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]+(\/[^*?[\]]*)?$/.test(url)) throw new AppError('input/not-an-s3-url', { url });
  return url.replace(/\/+$/, '');
}

/** DuckDB with the bucket's access, closed at the end. @throws resource/no-s3-extension, resource/s3-failed, cancelled */
export async function withS3<T>(access: S3Access, work: (duck: Duck) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const duck = await Duck.open({ signal });
  try {
    if (access.extensionFolder !== undefined)
      await duck.run(`SET extension_directory = ${sqlText(access.extensionFolder)}`);
    await loadExtension(duck);
    await giveAccess(duck, access);
    return await work(duck);
  } finally {
    duck.close();
  }
}

async function loadExtension(duck: Duck): Promise<void> {
  try {
    await duck.run('LOAD httpfs');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { version, platform, folder } = await duck.row(`SELECT library_version AS version, platform,
      current_setting('extension_directory') AS folder FROM pragma_version(), pragma_platform()`);
    const named = {
      version: String(version),
      platform: String(platform),
      folder: String(folder) || '~/.duckdb/extensions',
    };
    throw new AppError('resource/no-s3-extension', named, error);
  }
}

/** Fetches the extension from DuckDB's server into its folder: the one request here that goes anywhere but to the bucket. */
export async function installS3Extension({ extensionFolder }: S3Access, signal?: AbortSignal): Promise<void> {
  const duck = await Duck.open({ signal });
  try {
    if (extensionFolder !== undefined) await duck.run(`SET extension_directory = ${sqlText(extensionFolder)}`);
    await duck.run('INSTALL httpfs');
    await loadExtension(duck);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('resource/s3-failed', { url: 'http://extensions.duckdb.org', problem: firstLine(error) }, error);
  } finally {
    duck.close();
  }
}

/** Kept in memory alone, gone when DuckDB is closed. What DuckDB says of a statement that it refuses would show the secret. */
async function giveAccess(duck: Duck, access: S3Access): Promise<void> {
  const { endpoint } = access;
  if (endpoint && !URL.canParse(endpoint))
    throw new AppError('resource/s3-failed', {
      url: endpoint,
      problem: 'AWS_ENDPOINT_URL is no http or https address',
    });
  try {
    await duck.run(secretOf(access));
  } catch (error) {
    if (error instanceof AppError) throw error;
    const problem = 'what the AWS_ variables say is not accepted';
    throw new AppError('resource/s3-failed', { url: endpoint ?? 's3://', problem });
  }
}

function secretOf({ keyId, secret, sessionToken, region, endpoint }: S3Access): string {
  const parts = ['TYPE s3'];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') parts.push(`${name} ${sqlText(value)}`);
  };
  add('KEY_ID', keyId);
  add('SECRET', secret);
  add('SESSION_TOKEN', sessionToken);
  add('REGION', region);
  if (endpoint !== undefined && endpoint !== '') {
    const { host, protocol } = new URL(endpoint);
    // Other services answer by path: buckets as host names are Amazon's way.
    parts.push(`ENDPOINT ${sqlText(host)}`, "URL_STYLE 'path'", `USE_SSL ${protocol === 'https:'}`);
  }
  return `CREATE SECRET bucket (${parts.join(', ')})`;
}

export interface CopiedFile {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

/**
 * Copies every file below one place to another, each of them a folder of this machine or of the bucket, byte for byte. A file is held in
 * memory while it is copied.
 * @throws resource/s3-failed, data/no-files
 */
export async function copyFolder(
  duck: Duck,
  from: string,
  to: string,
  onFile: (file: CopiedFile) => void | Promise<void> = () => {},
): Promise<CopiedFile[]> {
  const remote = from.startsWith('s3://') ? from : to;
  try {
    const found = await duck.rows(`SELECT file FROM glob(${sqlText(`${globText(from)}/**`)}) ORDER BY file`);
    if (found.length === 0) throw new AppError('data/no-files', { folder: from });
    const copied: CopiedFile[] = [];
    for (const { file } of found) {
      const source = String(file);
      const target = `${to}${source.slice(from.length)}`;
      if (!to.startsWith('s3://')) mkdirSync(dirname(target), { recursive: true });
      await duck.run(`COPY (SELECT content FROM read_blob(${sqlPath(source)})) TO ${sqlText(target)} (FORMAT blob)`);
      const bytes = statSync(to.startsWith('s3://') ? source : target, { throwIfNoEntry: false })?.size ?? 0;
      const done = { from: source, to: target, bytes };
      copied.push(done);
      await onFile(done);
    }
    return copied;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('resource/s3-failed', { url: remote, problem: firstLine(error) }, error);
  }
}

const globText = (path: string): string => path.replaceAll(/[*?[]/g, (sign) => `[${sign}]`);

/** DuckDB's own words name addresses and statuses, never keys. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0].slice(0, 300);
