// Owns printing a report with the Chromium that a machine may have, since the web shell has no printer of its own.
import { execFile } from 'node:child_process';
import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AppError } from '../../../core/base/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const WINDOWS = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
const MAC = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** Where a Chromium can stand: CHROME_PATH, else the usual places of the platform. */
export function chromiumPlaces(platform: NodeJS.Platform, env: Env): string[] {
  if (env.CHROME_PATH) return [env.CHROME_PATH];
  if (platform === 'darwin') return MAC;
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return roots.flatMap((root) => WINDOWS.map((path) => `${root}\\${path}`));
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

export function findChromium(platform: NodeJS.Platform = process.platform, env: Env = process.env): string | undefined {
  return chromiumPlaces(platform, env).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false; // not there, or not to be run by this user
    }
  });
}

const SECONDS = 60;

/** @param from a file of HTML @throws resource/print-failed */
export async function printWithChromium(chromium: string, from: string, to: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'phasor-print-'));
  const printed = join(folder, 'report.pdf');
  const flags = [
    '--headless',
    '--disable-gpu',
    '--no-first-run',
    '--no-pdf-header-footer',
    '--disable-background-networking',
    '--disable-component-update',
    '--host-resolver-rules=MAP * ~NOTFOUND', // a report needs no network, and gets none
    `--user-data-dir=${join(folder, 'profile')}`,
    `--print-to-pdf=${printed}`,
  ];
  // Chromium refuses its sandbox to root, as in containers; the page is a report that this program wrote.
  if (process.getuid?.() === 0) flags.push('--no-sandbox');
  try {
    await promisify(execFile)(chromium, [...flags, pathToFileURL(from).href], { timeout: SECONDS * 1_000 });
    if (!existsSync(printed))
      throw new AppError('resource/print-failed', { path: from, problem: 'no PDF was written' });
    copyFileSync(printed, `${to}.tmp`);
    renameSync(`${to}.tmp`, to);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const problem = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new AppError('resource/print-failed', { path: from, problem }, error);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
