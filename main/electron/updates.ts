// Owns looking for a new version: only where the user switched it on, and every request told to the workspace's network log.
import type { RequestNote } from '../../core/app/host.node.ts';
import type { Texts } from './texts.ts';

/** What is used of electron-updater. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  setFeedURL(options: { provider: 'generic'; url: string }): void;
  checkForUpdates(): Promise<{ isUpdateAvailable: boolean; updateInfo: { version: string } } | null>;
  downloadUpdate(): Promise<unknown>;
}

export interface UpdateOptions {
  /** settings.updates: off unless the user switched it on. */
  enabled: boolean;
  /** Where versions are published; without it there is nothing to ask. */
  feed: string | undefined;
  /** Loads electron-updater, which is not so much as loaded while updates are off. */
  load(): Promise<Updater>;
  /** Asks the user. */
  ask(version: string): Promise<boolean>;
  note(request: RequestNote): Promise<void>;
}

export type UpdateOutcome = 'off' | 'no-feed' | 'current' | 'declined' | 'downloaded' | 'unreachable';

/** Never downloads unasked, never installs but when the app is closed anyway. */
export async function lookForUpdate({ enabled, feed, load, ask, note }: UpdateOptions): Promise<UpdateOutcome> {
  if (!enabled) return 'off';
  if (!feed) return 'no-feed';
  const updater = await load();
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = true;
  updater.setFeedURL({ provider: 'generic', url: feed });
  const said = { method: 'GET', url: feed, bytes: null };
  let found: Awaited<ReturnType<Updater['checkForUpdates']>>;
  try {
    found = await updater.checkForUpdates();
  } catch {
    // Being offline is no news; the log tells that it was tried.
    await note({ ...said, status: null, purpose: 'looking for a new version' });
    return 'unreachable';
  }
  await note({ ...said, status: 200, purpose: 'looking for a new version' });
  if (!found?.isUpdateAvailable) return 'current';
  if (!(await ask(found.updateInfo.version))) return 'declined';
  await note({ ...said, status: null, purpose: `downloading version ${found.updateInfo.version}` });
  await updater.downloadUpdate();
  return 'downloaded';
}

export const updateQuestion = (texts: Texts, version: string) => ({
  type: 'info' as const,
  message: texts.update(version),
  detail: texts.updateDetail,
  buttons: [texts.download, texts.later],
  defaultId: 0,
  cancelId: 1,
});
