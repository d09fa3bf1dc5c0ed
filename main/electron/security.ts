// Owns the desktop's security: what a window may be, load, ask for and open, point by point of Electron's checklist
// (electronjs.org/docs/latest/tutorial/security). tests/unit/hosts/electron-security.test.ts holds each point.
import type { CustomScheme, WebPreferences } from 'electron';
import { requireExternal } from '../../core/app/shell-port.ts';
import { AppError } from '../../core/base/errors.ts';
import { interfacePolicy } from '../node/web-shell/headers.ts';

/** The interface's own scheme: no file:// pages, and an origin of its own. */
export const ORIGIN = 'app://phasor';
export const SCHEME: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
};

export const CONTENT_POLICY = interfacePolicy();

/** @param preload absolute path of the one file that a page may be given */
export const webPreferences = (preload: string | undefined, partition: string): WebPreferences => ({
  preload,
  partition,
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  spellcheck: false,
});

const originOf = (address: string): string | undefined => {
  const url = URL.parse(address);
  return url ? `${url.protocol}//${url.host}` : undefined;
};

/** A page of the interface itself, as opposed to a report among its files. */
export const isOwnPage = (address: string): boolean =>
  originOf(address) === ORIGIN && !new URL(address).pathname.startsWith('/files/');

/** The window stays with the interface; its frames may show files of the workspace. */
export const mayNavigate = (address: string, mainFrame: boolean): boolean =>
  mainFrame ? isOwnPage(address) : originOf(address) === ORIGIN;

/** Copying a table is all that the interface asks the browser for. */
export const mayUse = (permission: string, requester: string): boolean =>
  permission === 'clipboard-sanitized-write' && isOwnPage(requester);

/** Nothing is fetched from anywhere else: blob: and data: stay within the page, devtools: is the developer's. */
export const mayFetch = (address: string): boolean =>
  originOf(address) === ORIGIN || /^(blob|data|devtools):/.test(address);

/** @returns the address for the system's browser, or undefined where it is none that the product links to */
export function externalAddress(address: string): string | undefined {
  try {
    return requireExternal(address);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

interface Cancellable {
  preventDefault(): void;
}

/** What is used of Electron's app. */
export interface GuardedApp {
  enableSandbox(): void;
  on(event: 'web-contents-created', listener: (event: unknown, contents: GuardedContents) => void): unknown;
}

/** What is used of Electron's web contents. */
export interface GuardedContents {
  on(event: 'will-attach-webview', listener: (event: Cancellable) => void): unknown;
  on(
    event: 'will-frame-navigate',
    listener: (details: Cancellable & { url: string; isMainFrame: boolean }) => void,
  ): unknown;
  on(event: 'will-redirect', listener: (details: Cancellable & { url: string; isMainFrame: boolean }) => void): unknown;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
}

/** What is used of Electron's session. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (
      contents: { getURL(): string },
      permission: string,
      answer: (granted: boolean) => void,
      details: { requestingUrl?: string },
    ) => void,
  ): void;
  setPermissionCheckHandler(handler: (contents: unknown, permission: string, origin: string) => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  setDisplayMediaRequestHandler(handler: null): void;
  webRequest: {
    onBeforeRequest(
      listener: (details: { url: string }, answer: (response: { cancel: boolean }) => void) => void,
    ): void;
  };
}

/** Guards every page that is ever made, whoever makes it. Before the app is ready. */
export function guardApp(app: GuardedApp, openExternal: (address: string) => void): void {
  app.enableSandbox();
  app.on('web-contents-created', (_, contents) => guardContents(contents, openExternal));
}

function guardContents(contents: GuardedContents, openExternal: (address: string) => void): void {
  contents.on('will-attach-webview', (event) => event.preventDefault());
  const stay = (details: Cancellable & { url: string; isMainFrame: boolean }): void => {
    if (mayNavigate(details.url, details.isMainFrame)) return;
    details.preventDefault();
    const external = externalAddress(details.url);
    if (external !== undefined && details.isMainFrame) openExternal(external);
  };
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.setWindowOpenHandler(({ url }) => {
    const external = externalAddress(url);
    if (external !== undefined) openExternal(external);
    return { action: 'deny' };
  });
}

/** Refuses what pages may ask a browser for, and every request that leaves the interface. */
export function guardSession(session: GuardedSession): void {
  session.setPermissionRequestHandler((contents, permission, answer, { requestingUrl }) =>
    answer(mayUse(permission, requestingUrl ?? contents.getURL())),
  );
  session.setPermissionCheckHandler((_, permission, origin) => mayUse(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayFetch(url) }));
}

/** The frame that a port to the host may be handed to: the interface's own, at the top of its window. */
export function mayHavePort(frame: { url: string; parent: unknown } | null | undefined): boolean {
  return frame !== null && frame !== undefined && frame.parent === null && isOwnPage(frame.url);
}
