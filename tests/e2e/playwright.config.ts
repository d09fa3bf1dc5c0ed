// Owns how the interface is driven: the web shell in Chromium, and the desktop where Electron's binary is there.
import { defineConfig } from '@playwright/test';
import { findChromium } from '../../main/node/web-shell/chromium.ts';

export default defineConfig({
  testDir: '.',
  outputDir: '../../.cache/e2e/results',
  globalSetup: './support/build.ts',
  // Training takes both cores; a second browser beside it would only make both slow.
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['../counts/playwright-reporter.ts']],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    actionTimeout: 30_000,
    launchOptions: { executablePath: findChromium(), args: ['--disable-background-networking'] },
  },
  projects: [
    { name: 'web', testMatch: '*.spec.ts', testIgnore: 'desktop.spec.ts' },
    { name: 'electron', testMatch: 'desktop.spec.ts' },
  ],
});
