// Owns the browser that measures: Chromium with the probe in every page, mouse gestures as a hand makes them, and what processors say.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from '@playwright/test';
import { findChromium } from '../../main/node/web-shell/chromium.ts';
import { installProbe, type Probe } from './ui-probe.ts';

export const VIEWPORT = { width: 1440, height: 900 };

/** @returns undefined where there is no Chromium */
export async function startBrowser(): Promise<Browser | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) return undefined;
  return await chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-background-networking'] });
}

/** A profile of its own with an empty cache, let in by the address with the token. */
export async function newProfile(browser: Browser, url: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-GB', baseURL: new URL(url).origin });
  await context.request.get(url);
  await context.addInitScript(installProbe);
  return context;
}

/** Opens a page and waits until it is seen whole. */
export async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(path);
  await page.evaluate('probe.opened');
  return page;
}

export interface Frames {
  /** ms */
  median: number;
  p95: number;
  /** Frames, and those that showed something new. */
  perSecond: number;
  changedPerSecond: number;
}

function framesOf({ times, changed }: ReturnType<Probe['stopFrames']>): Frames {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const total = times.reduce((sum, time) => sum + time, 0);
  return {
    median: at(0.5),
    p95: at(0.95),
    perSecond: (1000 * times.length) / total,
    changedPerSecond: (1000 * changed) / total,
  };
}

/** Frames of the page while `gesture` goes on. */
export async function framesDuring(page: Page, gesture: (send: Sender) => Promise<void>): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  const sender = new Sender(session);
  await page.evaluate('probe.startFrames()');
  await gesture(sender);
  const found = await page.evaluate<ReturnType<Probe['stopFrames']>>('probe.stopFrames()');
  await session.detach();
  return framesOf(found);
}

/** A mouse reports its place this often. */
export const MOUSE_MS = 8;

export interface Point {
  x: number;
  y: number;
}

/** Sends events at a mouse's pace, and does not wait for the page to have dealt with one before it sends the next. */
export class Sender {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  async wheel(at: Point, deltaY: number, times: number, { ctrl = false } = {}): Promise<void> {
    await this.#pace(times, MOUSE_MS, () =>
      this.#session.send('Input.dispatchMouseEvent', {
        ...at,
        type: 'mouseWheel',
        deltaX: 0,
        deltaY,
        modifiers: ctrl ? 2 : 0,
      }),
    );
  }

  /** With the left button down along `path`, which is told the share of the way. */
  async drag(path: (share: number) => Point, milliseconds: number): Promise<void> {
    const mouse = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', at: Point) =>
      this.#session.send('Input.dispatchMouseEvent', { ...at, type, button: 'left', buttons: 1, clickCount: 1 });
    const steps = Math.round(milliseconds / MOUSE_MS);
    await mouse('mousePressed', path(0));
    await this.#pace(steps, MOUSE_MS, (i) => mouse('mouseMoved', path((i + 1) / steps)));
    await mouse('mouseReleased', path(1));
  }

  async #pace(times: number, everyMs: number, send: (i: number) => Promise<unknown>): Promise<void> {
    const start = performance.now();
    const sent: Promise<unknown>[] = [];
    for (let i = 0; i < times; i++) {
      sent.push(send(i));
      await sleep(Math.max(0, start + (i + 1) * everyMs - performance.now()));
    }
    await Promise.all(sent);
  }
}

/** To and fro `times` times between two points. */
export const toAndFro =
  (from: Point, to: Point, times: number) =>
  (share: number): Point => {
    const way = 0.5 - 0.5 * Math.cos(2 * Math.PI * times * share);
    return { x: Math.round(from.x + way * (to.x - from.x)), y: Math.round(from.y + way * (to.y - from.y)) };
  };

export interface Processors {
  /** Shares of one core. */
  renderer: number;
  /** Of all of Chromium's processes, painting and network included. */
  all: number;
}

/** What Chromium's processes take while `wait` goes on. No other page should be open. */
export async function processorsDuring(browser: Browser, wait: () => Promise<void>): Promise<Processors> {
  const session = await browser.newBrowserCDPSession();
  const read = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const sum = (type?: string) =>
      processInfo.reduce((total, own) => total + (type === undefined || own.type === type ? own.cpuTime : 0), 0);
    return { time: performance.now() / 1000, renderer: sum('renderer'), all: sum() };
  };
  const before = await read();
  await wait();
  const after = await read();
  await session.detach();
  const passed = after.time - before.time;
  return { renderer: (after.renderer - before.renderer) / passed, all: (after.all - before.all) / passed };
}
