// Owns what the desktop offers the interface beyond a browser: the system's dialogs, its folders and programs, and a printer of PDF.
import { BrowserWindow, dialog, type OpenDialogOptions, shell as system } from 'electron';
import type { PickKind } from '../../core/contract/calls/shell.ts';
import type { ShellPort } from '../../core/app/shell-port.ts';
import { writeFileAtomic } from '../../core/base/atomic-file.node.ts';
import { AppError } from '../../core/base/errors.ts';
import { reportAddress } from './report-address.ts';
import { webPreferences } from './security.ts';
import type { Texts } from './texts.ts';

export function pickOptions(kind: PickKind, texts: Texts, platform: NodeJS.Platform): OpenDialogOptions {
  switch (kind) {
    case 'data':
      return {
        title: texts.chooseData,
        properties: ['openFile', 'multiSelections'],
        filters: [
          {
            name: texts.dataFiles,
            extensions: [
              'csv',
              'tsv',
              'txt',
              'parquet',
              'gz',
              'zst',
              'duckdb',
              'ddb',
              'db',
              'db3',
              'sqlite',
              'sqlite3',
            ],
          },
          { name: texts.allFiles, extensions: ['*'] },
        ],
      };
    case 'folder':
      return { title: texts.chooseFolder, properties: ['openDirectory', 'createDirectory'] };
    case 'checkpoint':
      // Only macOS has one dialog for files and folders; elsewhere asking for both shows folders alone.
      return {
        title: texts.chooseCheckpoint,
        properties: platform === 'darwin' ? ['openFile', 'openDirectory'] : ['openFile'],
        filters: [{ name: texts.checkpointFiles, extensions: ['zip'] }],
      };
  }
}

export interface DesktopShellOptions {
  workspace: string;
  /** Of the session that serves the workspace's files. */
  partition: string;
  /** That dialogs belong to, while there is one. */
  window(): BrowserWindow | undefined;
  texts(): Texts;
}

export function desktopShell({ workspace, partition, window, texts }: DesktopShellOptions): ShellPort {
  return {
    capabilities: [
      'pick-files',
      'reveal',
      'open-path',
      'print-pdf',
      'upload',
      'browse',
      'open-external',
      'native-menu',
      'notify',
    ],
    pickFiles: async (kind) => {
      const options = pickOptions(kind, texts(), process.platform);
      const parent = window();
      const { filePaths } = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options));
      return filePaths;
    },
    reveal: async (path) => system.showItemInFolder(path),
    openPath: async (path) => {
      const problem = await system.openPath(path);
      if (problem) throw new AppError('state/cannot-open', { path, problem });
    },
    printReport: (from, to) => printReport(reportAddress(workspace, from), to, partition),
    openExternal: (url) => system.openExternal(url),
  };
}

/** In a hidden page that runs no script. */
async function printReport(address: string, to: string, partition: string): Promise<void> {
  const page = new BrowserWindow({
    show: false,
    webPreferences: { ...webPreferences(undefined, partition), javascript: false },
  });
  try {
    await page.loadURL(address);
    writeFileAtomic(to, await page.webContents.printToPDF({ printBackground: true, preferCSSPageSize: true }));
  } finally {
    page.destroy();
  }
}
