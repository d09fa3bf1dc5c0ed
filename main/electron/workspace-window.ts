// Owns one open workspace of the desktop: its host, the session that serves its files, its window while there is one, and what the
// system is shown of its work.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  BrowserWindow,
  dialog,
  MessageChannelMain,
  Notification,
  powerSaveBlocker,
  screen,
  type Session,
  session,
} from 'electron';
import { createHost, type Host } from '../../core/app/host.node.ts';
import type { SpawnWorker } from '../../core/app/job-supervisor.ts';
import type { KeyStore } from '../../core/app/key-store.ts';
import { systemClock } from '../../core/base/clock.ts';
import type { Log } from '../../core/base/log.ts';
import type { Locale } from '../../core/base/messages/table.ts';
import type { Client } from '../../core/contract/api.ts';
import type { Subscription } from '../../core/contract/rpc-client.ts';
import { activeJobs, stopJobs } from '../node/stop-jobs.ts';
import { createSite } from '../node/web-shell/site.ts';
import { type Activity, activityOf, endedSince, type JobState } from './activity.ts';
import { CLOSE_ANSWERS, type CloseAnswer, closeStep } from './closing.ts';
import { portTransport } from './port.ts';
import { CONTENT_POLICY, guardSession, mayHavePort, ORIGIN, SCHEME, webPreferences } from './security.ts';
import { desktopShell } from './shell.ts';
import { endedText, textsOf } from './texts.ts';
import { LEAST, windowBounds, type WindowState } from './window-state.ts';

export interface WorkspaceOptions {
  workspace: string;
  spawn: SpawnWorker;
  keys: KeyStore;
  log: Log;
  /** The folder that vite wrote. */
  renderer: string;
  preload: string;
  locale(): Locale;
  saved: WindowState | undefined;
  /** The window's place, to be kept. */
  onMoved(state: WindowState): void;
  /** A window went, or work ended. */
  onChange(): void;
}

/** Jobs that are looked at for the task bar and for notices. */
const RECENT_JOBS = 50;

export class WorkspaceWindow {
  readonly workspace: string;
  readonly host: Host;
  readonly client: Client;
  readonly #options: WorkspaceOptions;
  readonly #partition: string;
  readonly #changes: Subscription;
  #window: BrowserWindow | undefined;
  #activity: Activity = activityOf([]);
  #jobs: JobState[] = [];
  #awake: number | undefined;
  #closing = false;
  #closed = false;

  static async open(options: WorkspaceOptions): Promise<WorkspaceWindow> {
    const { workspace, spawn, keys, log } = options;
    const partition = partitionOf(workspace);
    let opened: WorkspaceWindow | undefined;
    const host = await createHost({
      workspace,
      spawn,
      keys,
      clock: systemClock,
      log,
      shell: desktopShell({
        workspace,
        partition,
        window: () => opened?.window,
        texts: () => textsOf(options.locale()),
      }),
    });
    opened = new WorkspaceWindow(options, host, partition);
    return opened;
  }

  private constructor(options: WorkspaceOptions, host: Host, partition: string) {
    this.workspace = options.workspace;
    this.#options = options;
    this.#partition = partition;
    this.host = host;
    this.client = host.connect();
    this.#serveFiles(session.fromPartition(partition));
    this.#changes = this.client.listen('workspace.changes', {}, ({ topics }) => {
      if (topics.includes('jobs')) this.#look().catch(this.#logError);
    });
    this.#changes.ended.catch(this.#logError);
    this.show();
  }

  get window(): BrowserWindow | undefined {
    return this.#window;
  }

  get visible(): boolean {
    return this.#window !== undefined;
  }

  get active(): number {
    return this.#closed ? 0 : this.#activity.active;
  }

  get focused(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  readonly #logError = (error: unknown): void => {
    if (this.#closed) return; // what was under way when the host ended
    this.#options.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  /** Brings the window to the front, or back. */
  show(): void {
    if (this.#window) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#window.focus();
      return;
    }
    this.#window = this.#makeWindow();
  }

  /** Closes the window, and the workspace with it unless work is to go on; asks the user where work is running. */
  async requestClose(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    try {
      const running = await activeJobs(this.client);
      let step = closeStep(running.length);
      if (step === 'ask') step = closeStep(running.length, await this.#askClose());
      if (step === 'stay') return;
      if (step === 'stop-then-close') {
        this.#window?.hide();
        await stopJobs(this.client, running);
      }
      this.#destroyWindow();
      if (step !== 'hide') await this.close();
    } finally {
      this.#closing = false;
      this.#options.onChange();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#destroyWindow();
    this.#changes.cancel();
    this.#stayAwake(false);
    this.client.close();
    await this.host.close();
  }

  #serveFiles(own: Session): void {
    guardSession(own);
    own.setSpellCheckerEnabled(false);
    const { workspace, renderer, log } = this.#options;
    const onBug = (error: unknown, where: string) => log('error', `bug in ${where}: ${String(error)}`);
    const site = createSite({ workspace, renderer, onBug });
    if (!own.protocol.isProtocolHandled(SCHEME.scheme))
      own.protocol.handle(SCHEME.scheme, (request) => site(request, CONTENT_POLICY));
  }

  #makeWindow(): BrowserWindow {
    const { saved, preload, onMoved, onChange } = this.#options;
    const { maximized, ...bounds } = windowBounds(
      saved,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    );
    const window = new BrowserWindow({
      ...bounds,
      minWidth: LEAST.width,
      minHeight: LEAST.height,
      title: `${basename(this.workspace)} - Phasor`,
      show: false,
      webPreferences: webPreferences(preload, this.#partition),
    });
    if (maximized) window.maximize();
    window.once('ready-to-show', () => window.show());
    window.on('page-title-updated', (event) => event.preventDefault());
    const keep = () => onMoved({ ...window.getNormalBounds(), maximized: window.isMaximized() });
    window.on('moved', keep).on('resized', keep).on('maximize', keep).on('unmaximize', keep);
    window.on('close', (event) => {
      keep();
      event.preventDefault();
      this.requestClose().catch(this.#logError);
    });
    window.webContents.on('dom-ready', () => this.#handOverPort(window));
    window.webContents.on('render-process-gone', (_, { reason }) => {
      this.#options.log('warn', `the window of ${this.workspace} ended (${reason}); it is loaded again`);
      if (reason !== 'clean-exit') window.webContents.reload();
    });
    void window.loadURL(`${ORIGIN}/`);
    onChange();
    return window;
  }

  /** Each page that loads gets a port of its own; the one before ends with its page. */
  #handOverPort(window: BrowserWindow): void {
    const frame = window.webContents.mainFrame;
    if (!mayHavePort(frame)) return;
    const { port1, port2 } = new MessageChannelMain();
    this.host.serve(portTransport(port1));
    frame.postMessage('phasor-port', null, [port2]);
  }

  async #askClose(): Promise<CloseAnswer> {
    const texts = textsOf(this.#options.locale());
    const question = {
      type: 'question' as const,
      message: texts.running,
      detail: texts.runningDetail,
      buttons: CLOSE_ANSWERS.map((answer) => texts[answer]),
      defaultId: CLOSE_ANSWERS.indexOf('keep'),
      cancelId: CLOSE_ANSWERS.indexOf('cancel'),
      noLink: true,
    };
    const { response } = await (this.#window
      ? dialog.showMessageBox(this.#window, question)
      : dialog.showMessageBox(question));
    return CLOSE_ANSWERS[response];
  }

  #destroyWindow(): void {
    this.#window?.destroy();
    this.#window = undefined;
  }

  /** Shows the system what runs, and says what has ended where nobody is looking. */
  async #look(): Promise<void> {
    const jobs = await this.client.call('jobs.list', { limit: RECENT_JOBS });
    const ended = endedSince(this.#jobs, jobs);
    this.#jobs = jobs;
    this.#activity = activityOf(jobs);
    this.#window?.setProgressBar(this.#activity.progress);
    this.#stayAwake(this.#activity.awake);
    if (!this.focused) for (const job of ended) this.#tell(job);
    if (ended.length > 0) this.#options.onChange();
  }

  #tell({ kind, status }: JobState): void {
    if (!Notification.isSupported()) return;
    const notice = new Notification({
      title: endedText(this.#options.locale(), kind, status),
      body: basename(this.workspace),
    });
    notice.on('click', () => this.show());
    notice.show();
  }

  #stayAwake(awake: boolean): void {
    if (awake) this.#awake ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (this.#awake !== undefined) {
      powerSaveBlocker.stop(this.#awake);
      this.#awake = undefined;
    }
  }
}

/** A session of its own, kept between starts, for what a page stores. */
export const partitionOf = (workspace: string): string =>
  `persist:${createHash('sha256').update(workspace).digest('hex').slice(0, 16)}`;
