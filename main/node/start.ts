// npm start: builds what is stale and opens the desktop, or, where Electron cannot run, the web shell, saying why in one line.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ensureBuilt, TARGETS } from './build/targets.ts';
import { localeOf } from './output.ts';
import { PRODUCT_ROOT } from './product-root.ts';

/** How long fetching Electron's binary, about 100 MB, may take. */
const FETCH_SECONDS = 300;

const TEXTS = {
  en: {
    'no-display': 'There is no display here, so the workbench opens in a browser instead of its own window.',
    'no-binary':
      "Electron's binary is not here and could not be fetched, so the workbench opens in a browser instead of its own window.",
    neither:
      "Electron's binary is not here, nor a display for its window, so the workbench opens in a browser instead.",
    fetching: "Fetching Electron's binary once...",
  },
  ja: {
    'no-display': '画面がないため、専用ウィンドウの代わりにブラウザーでワークベンチを開きます。',
    'no-binary':
      'Electron の実行ファイルがなく、取得もできなかったため、専用ウィンドウの代わりにブラウザーでワークベンチを開きます。',
    neither: 'Electron の実行ファイルも画面もないため、代わりにブラウザーでワークベンチを開きます。',
    fetching: 'Electron の実行ファイルを取得しています(初回のみ)...',
  },
} as const;

const require = createRequire(import.meta.url);

/** Electron's program, where it has been fetched. */
function electronBinary(): string | undefined {
  const folder = dirname(require.resolve('electron/package.json'));
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return undefined;
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(name, 'utf8'));
  return existsSync(path) ? path : undefined;
}

/** Electron's own installer, unless the user told it not to (its own variable). */
function fetchElectron(say: (text: string) => void, fetching: string): string | undefined {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return undefined;
  say(fetching);
  spawnSync(process.execPath, [require.resolve('electron/install.js')], {
    stdio: 'ignore',
    timeout: FETCH_SECONDS * 1_000,
  });
  return electronBinary();
}

/** Windows and macOS always have one; elsewhere the session says so. */
const hasDisplay = (): boolean =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

const say = (text: string): void => console.error(text);
const locale = localeOf(undefined, process.env);
const texts = TEXTS[locale];
const args = process.argv.slice(2);

const present = electronBinary();
const electron = hasDisplay() ? (present ?? fetchElectron(say, texts.fetching)) : undefined;
const [program, given] =
  electron === undefined
    ? [process.execPath, [join(PRODUCT_ROOT, 'main/node/phasor.js'), 'serve', '--open', ...args]]
    : [electron, [PRODUCT_ROOT, ...args]];
if (electron === undefined) say(texts[hasDisplay() ? 'no-binary' : present ? 'no-display' : 'neither']);
else for (const target of Object.values(TARGETS)) await ensureBuilt(target, say, locale);

const child = spawn(program, given, { stdio: 'inherit' });
// A terminal sends Ctrl-C to the child as well, which decides what it means.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
