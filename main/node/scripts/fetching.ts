// Owns what the scripts that fetch native libraries share: they name source and size first, and fetch only with --yes.
import { spawn } from 'node:child_process';
import { AppError, renderMessage, serializeError } from '../../../core/base/errors.ts';
import type { EngineName } from '../../../core/runtime/executor.ts';
import { probeEngine } from '../../../core/runtime/engines.node.ts';

export interface Download {
  what: string;
  url: string;
}

/** @returns bytes, as the server states them; undefined where it does not @throws resource/offline when it cannot be reached */
export async function sizeOf(url: string): Promise<number | undefined> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    throw new AppError('resource/offline', { url }, error);
  }
  if (!response.ok) throw new AppError('resource/download-refused', { url, status: response.status });
  const length = response.headers.get('content-length');
  return length === null ? undefined : Number(length);
}

/** Says what would be fetched from where. @returns whether --yes was given */
export async function agreed(downloads: readonly Download[], args: readonly string[]): Promise<boolean> {
  console.log('This fetches from the internet, into node_modules:');
  for (const { what, url } of downloads) {
    const bytes = await sizeOf(url);
    console.log(`  ${what}, ${bytes === undefined ? 'size unknown' : `${Math.round(bytes / 1e6)} MB`}\n    ${url}`);
  }
  if (args.includes('--yes')) return true;
  console.log('Nothing was fetched. To go on, add: -- --yes');
  return false;
}

/** Runs a program to its end, its output shown. @throws resource/download-failed */
export function runProgram(command: string, args: readonly string[], cwd?: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // npm is a script on Windows, which only a shell starts.
    const shell = process.platform === 'win32' && command === 'npm';
    const child = spawn(command, args, { cwd, shell, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else
        reject(new AppError('resource/download-failed', { command: [command, ...args].join(' '), code: code ?? -1 }));
    });
  });
}

/** Tries the engine that was fetched and tells the result. */
export async function reportEngine(name: EngineName): Promise<void> {
  const { usable, reason, device } = await probeEngine(name);
  console.log(`${name}: ${reason}${device ? ` (${device})` : ''}`);
  process.exitCode = usable ? 0 : 1;
}

/** Runs a script; an error that a user can meet is one line, anything else a bug with its stack. */
export async function asScript(body: (args: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await body(process.argv.slice(2));
  } catch (error) {
    const { code, params, stack, message } = serializeError(error);
    console.error(code === 'bug' ? (stack ?? message) : renderMessage(code, params));
    process.exitCode = 1;
  }
}
