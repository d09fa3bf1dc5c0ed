// The desktop's entry: one instance, a window a workspace, the menu, and an orderly end.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, BrowserWindow, dialog, Menu, protocol, safeStorage, shell, utilityProcess } from 'electron';
import { KeyFile } from '../../core/app/key-file.node.ts';
import { type AppError, renderMessage } from '../../core/base/errors.ts';
import type { Log } from '../../core/base/log.ts';
import type { Locale } from '../../core/base/messages/table.ts';
import { workspacePath } from '../node/workspace-path.ts';
import { PRODUCT_ROOT } from '../node/product-root.ts';
import { shouldQuit } from './closing.ts';
import { desktopKeys } from './key-safe.ts';
import { MemoryFile, withRecent, withWindow } from './memory.ts';
import { menuTemplate } from './menu.ts';
import { guardApp, SCHEME } from './security.ts';
import { utilitySpawner } from './spawn.ts';
import { textsOf } from './texts.ts';
import { lookForUpdate, updateQuestion, type Updater } from './updates.ts';
import { WorkspaceWindow } from './workspace-window.ts';

const RENDERER = join(PRODUCT_ROOT, 'dist/renderer');
const PRELOAD = join(PRODUCT_ROOT, 'dist/preload/preload.cjs');

/** --workspace folder, in the arguments of this instance or of one that handed over to it. */
export function workspaceOf(argv: readonly string[], env: NodeJS.ProcessEnv): string {
  const at = argv.findLastIndex((argument) => argument === '--workspace' || argument.startsWith('--workspace='));
  const given = at < 0 ? undefined : argv[at].includes('=') ? argv[at].slice('--workspace='.length) : argv[at + 1];
  return workspacePath(given, env);
}

class Desktop {
  readonly #open = new Map<string, WorkspaceWindow>();
  /** Workspaces that are being opened, so that none is opened twice. */
  readonly #opening = new Map<string, Promise<void>>();
  readonly #memory = new MemoryFile(join(app.getPath('userData'), 'desktop.json'));
  readonly #log = logTo(app.getPath('logs'));
  readonly #spawn = utilitySpawner({
    fork: (entry, args, options) => utilityProcess.fork(entry, args, options),
    onGone: (listener) =>
      void app.on('child-process-gone', (_, { name, reason }) => {
        if (name) listener(name, reason);
      }),
    kill: (pid) => void process.kill(pid, 'SIGKILL'),
  });
  #quitting = false;

  openWorkspace(path: string): Promise<void> {
    const workspace = resolve(path);
    const known = this.#open.get(workspace);
    this.#quitting = false;
    if (known) return Promise.resolve(known.show());
    const opening = this.#opening.get(workspace) ?? this.#openNew(workspace);
    this.#opening.set(workspace, opening);
    return opening.finally(() => this.#opening.delete(workspace));
  }

  async #openNew(workspace: string): Promise<void> {
    try {
      const opened = await WorkspaceWindow.open({
        workspace,
        spawn: this.#spawn,
        keys: desktopKeys(safeStorage, app.getPath('userData'), new KeyFile()),
        log: this.#log,
        renderer: RENDERER,
        preload: PRELOAD,
        locale: systemLocale,
        saved: this.#memory.value.windows[workspace],
        onMoved: (state) => this.#memory.update((memory) => withWindow(memory, workspace, state)),
        onChange: () => void this.#settle(),
      });
      this.#open.set(workspace, opened);
      this.#memory.update((memory) => withRecent(memory, workspace));
      app.addRecentDocument(workspace);
      this.makeMenu();
      void this.#lookForUpdate(opened);
    } catch (error) {
      this.#log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      dialog.showErrorBox(textsOf(systemLocale()).failed, messageOf(error));
      void this.#settle();
    }
  }

  makeMenu(): void {
    const options = {
      texts: textsOf(systemLocale()),
      platform: process.platform,
      recent: this.#memory.value.recent,
      developer: !app.isPackaged,
    };
    const template = menuTemplate(options, {
      openWorkspace: () => void this.#choose(),
      openRecent: (workspace) => void this.openWorkspace(workspace),
      showWorkspace: () => {
        const focused = [...this.#open.values()].find(({ focused }) => focused);
        if (focused) void shell.openPath(focused.workspace);
      },
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  async #choose(): Promise<void> {
    const { filePaths } = await dialog.showOpenDialog({
      title: textsOf(systemLocale()).chooseWorkspace,
      properties: ['openDirectory', 'createDirectory'],
    });
    for (const path of filePaths) await this.openWorkspace(path);
  }

  /** Brings back what is there, or opens `workspace`. */
  async activate(workspace: string): Promise<void> {
    const [first] = this.#open.values();
    if (first) first.show();
    else await this.openWorkspace(workspace);
  }

  /** Asks each workspace in turn; one that stays keeps the app. */
  async quit(): Promise<void> {
    this.#quitting = true;
    for (const workspace of [...this.#open.values()]) {
      await workspace.requestClose();
      if (workspace.visible) {
        this.#quitting = false; // the user stays
        return;
      }
    }
    await this.#settle();
  }

  /** Closes workspaces that have neither window nor work any more and, where nothing is left to do, ends. */
  async #settle(): Promise<void> {
    if (this.#opening.size > 0) return;
    const over = [...this.#open.values()].filter(({ visible, active }) => !visible && active === 0);
    for (const { workspace } of over) this.#open.delete(workspace);
    for (const workspace of over) await workspace.close();
    if (shouldQuit([...this.#open.values()], process.platform, this.#quitting)) app.exit(0);
  }

  async #lookForUpdate({ client, host }: WorkspaceWindow): Promise<void> {
    const { updates } = await client.call('settings.get', {});
    const outcome = await lookForUpdate({
      enabled: updates && app.isPackaged,
      feed: process.env.PHASOR_UPDATES_URL,
      load: async () => (await import('electron-updater')).default.autoUpdater as Updater,
      ask: async (version) => {
        const { response } = await dialog.showMessageBox(updateQuestion(textsOf(systemLocale()), version));
        return response === 0;
      },
      note: (request) => host.noteRequest(request),
    });
    this.#log('debug', `updates: ${outcome}`);
  }
}

const systemLocale = (): Locale => (app.getLocale().startsWith('ja') ? 'ja' : 'en');

function messageOf(error: unknown): string {
  const { code, params } = error as Partial<AppError>;
  return code && params ? renderMessage(code, params, systemLocale()) : String(error);
}

function logTo(folder: string): Log {
  mkdirSync(folder, { recursive: true });
  return (level, message) => {
    if (level !== 'debug')
      appendFileSync(join(folder, 'desktop.log'), `${new Date().toISOString()} ${level} ${message}\n`);
  };
}

function start(): void {
  const workspace = workspaceOf(process.argv, process.env);
  if (!app.requestSingleInstanceLock({ workspace })) {
    app.exit(0);
    return;
  }
  protocol.registerSchemesAsPrivileged([SCHEME]);
  guardApp(app, (address) => void shell.openExternal(address));
  void app.whenReady().then(async () => {
    const desktop = new Desktop();
    app.on('second-instance', (_event, _argv, _cwd, asked) => {
      void desktop.openWorkspace((asked as { workspace: string }).workspace);
    });
    app.on('activate', () => void desktop.activate(workspace));
    app.on('window-all-closed', () => {}); // the desktop decides, since work may go on
    app.on('before-quit', (event) => {
      event.preventDefault();
      void desktop.quit();
    });
    desktop.makeMenu();
    await desktop.openWorkspace(workspace);
    if (BrowserWindow.getAllWindows().length === 0) app.exit(1);
  });
}

start();
