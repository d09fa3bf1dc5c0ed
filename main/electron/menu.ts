// Owns the application's menu, as a template that Electron makes the system's own of.
import { basename, dirname } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import type { Texts } from './texts.ts';

export interface MenuActions {
  openWorkspace(): void;
  openRecent(workspace: string): void;
  showWorkspace(): void;
}

export interface MenuOptions {
  texts: Texts;
  platform: NodeJS.Platform;
  /** Folders of workspaces, the last opened first. */
  recent: readonly string[];
  /** Not in a packed app, where nobody should be talked into pasting code. */
  developer: boolean;
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

export function menuTemplate(
  { texts, platform, recent, developer }: MenuOptions,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const recentItems: MenuItemConstructorOptions[] =
    recent.length === 0
      ? [{ label: texts.noRecent, enabled: false }]
      : recent.map((workspace) => ({
          label: labelOf(workspace, recent),
          click: () => actions.openRecent(workspace),
        }));
  const file: MenuItemConstructorOptions = {
    label: texts.file,
    submenu: [
      { label: texts.openWorkspace, accelerator: 'CmdOrCtrl+O', click: () => actions.openWorkspace() },
      { label: texts.openRecent, submenu: recentItems },
      { label: texts.showWorkspace, click: () => actions.showWorkspace() },
      SEPARATOR,
      { role: 'close', label: texts.close },
      ...(mac ? [] : [{ role: 'quit', label: texts.quit } as const]),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: texts.view,
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      SEPARATOR,
      { role: 'togglefullscreen' },
      ...(developer ? [SEPARATOR, { role: 'toggleDevTools', label: texts.developerTools } as const] : []),
    ],
  };
  const appMenu: MenuItemConstructorOptions = { role: 'appMenu' };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: texts.help,
    submenu: [{ role: 'about', label: texts.about }],
  };
  const shared: MenuItemConstructorOptions[] = [
    file,
    { role: 'editMenu', label: texts.edit },
    view,
    { role: 'windowMenu', label: texts.window },
  ];
  // macOS has "about" and "quit" in the menu of the app's own name.
  return mac ? [appMenu, ...shared] : [...shared, help];
}

/** Its folder's name, with the parent's where two are called alike. */
function labelOf(workspace: string, all: readonly string[]): string {
  const name = basename(workspace);
  const alike = all.filter((other) => basename(other) === name).length > 1;
  // An ampersand would mark a letter as the item's key.
  return (alike ? `${name} (${dirname(workspace)})` : name).replaceAll('&', '&&');
}
