// Electron's security checklist, one test a point (electronjs.org/docs/latest/tutorial/security), held against the options and
// decisions that the desktop really uses. Calls to Electron go to a recording of the few of its methods that security.ts takes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  CONTENT_POLICY,
  externalAddress,
  guardApp,
  type GuardedApp,
  type GuardedContents,
  type GuardedSession,
  guardSession,
  isOwnPage,
  mayFetch,
  mayHavePort,
  mayNavigate,
  mayUse,
  ORIGIN,
  SCHEME,
  webPreferences,
} from '../../../main/electron/security.ts';
import { reportAddress } from '../../../main/electron/report-address.ts';
import { readConfig } from '../../../main/electron/scripts/packed-files.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sourcesOf = (folder: string): string =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n');
const desktop = sourcesOf('main/electron');
const preload = sourcesOf('preload');
const preferences = webPreferences('/phasor/preload.cjs', 'persist:x');

const HOSTILE = [
  'https://example.com/',
  'http://app/phasor',
  'file:///etc/passwd',
  'app://evil/',
  'app://phasor.evil/',
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'about:blank',
  'not an address',
];

/** What a page meets: its listeners by event, and what was opened outside. */
function guardedPage() {
  const listeners = new Map<string, ((event: never) => void)[]>();
  let openHandler: ((details: { url: string }) => { action: string }) | undefined;
  const opened: string[] = [];
  const contents: GuardedContents = {
    on: (event: string, listener: (event: never) => void) =>
      void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    setWindowOpenHandler: (handler) => {
      openHandler = handler;
    },
  };
  const app = recordingApp();
  guardApp(app.app, (address) => opened.push(address));
  for (const created of app.created) created(undefined, contents);
  /** @returns whether the event was prevented */
  const raise = (name: string, details: object = {}): boolean => {
    let prevented = false;
    const event = { ...details, preventDefault: () => (prevented = true) };
    for (const listener of listeners.get(name) ?? []) listener(event as never);
    return prevented;
  };
  return { raise, opened, openWindow: (url: string) => openHandler?.({ url }).action };
}

function recordingApp() {
  const created: ((event: unknown, contents: GuardedContents) => void)[] = [];
  const seen = { sandboxed: false };
  const app: GuardedApp = {
    enableSandbox: () => {
      seen.sandboxed = true;
    },
    on: (_, listener) => created.push(listener),
  };
  return { app, created, seen };
}

function guardedSession() {
  type S = GuardedSession;
  const set: {
    request?: Parameters<S['setPermissionRequestHandler']>[0];
    check?: Parameters<S['setPermissionCheckHandler']>[0];
    device?: Parameters<S['setDevicePermissionHandler']>[0];
    media?: null;
    before?: Parameters<S['webRequest']['onBeforeRequest']>[0];
  } = {};
  guardSession({
    setPermissionRequestHandler: (handler) => (set.request = handler),
    setPermissionCheckHandler: (handler) => (set.check = handler),
    setDevicePermissionHandler: (handler) => (set.device = handler),
    setDisplayMediaRequestHandler: (handler) => (set.media = handler),
    webRequest: { onBeforeRequest: (listener) => (set.before = listener) },
  });
  return set;
}

test('1. only secure content is loaded: every request outside the interface is cancelled', () => {
  const { before } = guardedSession();
  const cancelled = (url: string): boolean | undefined => {
    let answer: boolean | undefined;
    before?.({ url }, ({ cancel }) => (answer = cancel));
    return answer;
  };
  for (const url of ['http://example.com/', 'https://example.com/x.js', 'ws://127.0.0.1/', 'file:///etc/passwd'])
    expect(cancelled(url), url).toBe(true);
  for (const url of [`${ORIGIN}/`, `${ORIGIN}/assets/x.js`, 'data:image/png;base64,', 'blob:app://phasor/1'])
    expect(cancelled(url), url).toBe(false);
  expect(mayFetch('app://evil/')).toBe(false);
});

test('2. pages have no node', () => {
  expect(preferences).toMatchObject({
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
  });
});

test('3. the preload script has a context of its own', () => {
  expect(preferences.contextIsolation).toBe(true);
});

test('4. every process of a page is sandboxed', () => {
  expect(preferences.sandbox).toBe(true);
  const { app, seen } = recordingApp();
  guardApp(app, () => {});
  expect(seen.sandboxed).toBe(true);
});

test('5. permissions are refused, but for copying from the interface itself', () => {
  const { request, check, device, media } = guardedSession();
  const granted = (permission: string, requestingUrl: string): boolean | undefined => {
    let answer: boolean | undefined;
    request?.({ getURL: () => requestingUrl }, permission, (given) => (answer = given), { requestingUrl });
    return answer;
  };
  const own = `${ORIGIN}/runs`;
  const asked = [
    'media',
    'geolocation',
    'notifications',
    'midi',
    'openExternal',
    'clipboard-read',
    'fileSystem',
    'usb',
  ];
  for (const permission of asked) {
    expect(granted(permission, own), permission).toBe(false);
    expect(check?.(null, permission, own), permission).toBe(false);
  }
  expect(granted('clipboard-sanitized-write', own)).toBe(true);
  for (const url of [...HOSTILE, `${ORIGIN}/files/reports/x.html`])
    expect(mayUse('clipboard-sanitized-write', url), url).toBe(false);
  expect(device?.()).toBe(false);
  expect(media).toBe(null);
});

test('6. web security stays on', () => {
  expect(preferences.webSecurity).toBe(true);
  expect(desktop).not.toMatch(/disable-web-security|webSecurity: false/);
});

test('7. a content security policy stands on every page', () => {
  const policy = Object.fromEntries(
    CONTENT_POLICY.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
  );
  expect(policy).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  });
  expect(CONTENT_POLICY).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*|https?:/);
});

test('8. insecure content is not let into pages', () => {
  expect(preferences.allowRunningInsecureContent).toBe(false);
});

test('9. no experimental features are on', () => {
  expect(preferences.experimentalFeatures).toBe(false);
  expect(desktop).not.toMatch(/appendSwitch\(/);
});

test('10. no features of Blink are switched on by name', () => {
  expect(preferences).not.toHaveProperty('enableBlinkFeatures');
  expect(desktop).not.toContain('enableBlinkFeatures');
});

test('11. there are no webviews that could allow popups', () => {
  expect(preferences.webviewTag).toBe(false);
  expect(sourcesOf('renderer')).not.toContain('<webview');
});

test('12. a webview that is attached all the same is prevented', () => {
  expect(guardedPage().raise('will-attach-webview')).toBe(true);
});

test('13. a window stays with the interface, its frames with the files of the workspace', () => {
  const { raise, opened } = guardedPage();
  for (const event of ['will-frame-navigate', 'will-redirect']) {
    for (const url of HOSTILE) {
      expect(raise(event, { url, isMainFrame: true }), url).toBe(true);
      expect(raise(event, { url, isMainFrame: false }), url).toBe(true);
    }
    expect(raise(event, { url: `${ORIGIN}/runs`, isMainFrame: true })).toBe(false);
    expect(raise(event, { url: `${ORIGIN}/files/reports/x.html`, isMainFrame: false })).toBe(false);
  }
  expect(mayNavigate(`${ORIGIN}/files/reports/x.html`, true)).toBe(false);
  expect(preferences.navigateOnDragDrop).toBe(false);
  expect(opened).toEqual([]);
});

test('14. no page opens a window', () => {
  const { openWindow } = guardedPage();
  for (const url of [...HOSTILE, `${ORIGIN}/`, 'https://doi.org/10.1/x']) expect(openWindow(url), url).toBe('deny');
});

test('15. the system is given only addresses that the product links to', () => {
  const { openWindow, raise, opened } = guardedPage();
  for (const url of HOSTILE) openWindow(url);
  for (const url of ['smb://server/x', 'ms-msdt:/id', 'https://doi.org.evil/', 'http://doi.org/']) openWindow(url);
  expect(opened).toEqual([]);
  openWindow('https://doi.org/10.1/x');
  raise('will-frame-navigate', { url: 'https://arxiv.org/abs/1', isMainFrame: true });
  raise('will-frame-navigate', { url: 'https://arxiv.org/abs/2', isMainFrame: false }); // a report does not open browsers
  expect(opened).toEqual(['https://doi.org/10.1/x', 'https://arxiv.org/abs/1']);
  expect(externalAddress('file:///etc/passwd')).toBeUndefined();
});

test('16. Electron is of a version that was current, exactly pinned', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
  expect(Number(devDependencies.electron.split('.')[0])).toBeGreaterThanOrEqual(45);
});

test('17. messages are taken from one port, and it is handed to the interface alone', () => {
  expect(mayHavePort({ url: `${ORIGIN}/runs`, parent: null })).toBe(true);
  expect(mayHavePort({ url: `${ORIGIN}/runs`, parent: {} })).toBe(false);
  for (const url of [...HOSTILE, `${ORIGIN}/files/reports/x.html`])
    expect(mayHavePort({ url, parent: null }), url).toBe(false);
  expect(mayHavePort(undefined)).toBe(false);
  // No other way in exists: nothing listens to what pages send by name.
  expect(desktop).not.toMatch(/ipcMain|\.ipc\b/);
});

test('18. pages come by a scheme of the product, none by file://', () => {
  expect(SCHEME).toEqual({
    scheme: 'app',
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
  });
  expect(desktop).not.toMatch(/loadFile\(|pathToFileURL|bypassCSP|corsEnabled/);
  expect(reportAddress('/w', '/w/reports/日経 #1.html')).toBe(
    `${ORIGIN}/files/reports/${encodeURIComponent('日経 #1.html')}`,
  );
  expect(isOwnPage('file:///phasor/index.html')).toBe(false);
});

test('19. every fuse is set, and the one left on is the one that is needed', () => {
  expect(readConfig(root).electronFuses).toEqual({
    runAsNode: true, // engines are tried in processes that may crash
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

test('20. nothing of Electron is exposed to pages: the preload script forwards one port, and nothing back', () => {
  expect(preload.match(/ipcRenderer\.\w+/g)).toEqual(['ipcRenderer.on']);
  expect(preload).toContain("ipcRenderer.on('phasor-port'");
  expect(preload).not.toMatch(/contextBridge|exposeInMainWorld|require\(|process\.|window\.\w+ =/);
  expect(preload.match(/from '([^']+)'/g)).toEqual(["from 'electron'"]);
});
