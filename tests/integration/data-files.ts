// Owns the small files of bars that the data tests write: real files, made here, removed by the test run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { afterAll } from 'vitest';

/** A folder for one test file, removed when its tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'phasor-data-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeFile(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export const HEADER = 'date,open,high,low,close,volume,code';

/** Weekdays from 2020-01-06 on, ISO. */
export function weekdays(count: number): string[] {
  const days: string[] = [];
  for (let time = Date.UTC(2020, 0, 6); days.length < count; time += 86_400_000)
    if (![0, 6].includes(new Date(time).getUTCDay())) days.push(new Date(time).toISOString().slice(0, 10));
  return days;
}

/** One line a day: the close climbs from 100, the volume is 1000. */
export function plainBars(code: string, days: readonly string[], scale = 1): string[] {
  return days.map((day, i) => {
    const close = (100 + i) * scale;
    return [day, close - scale / 2, close + scale, close - scale, close, 1000, code].join(',');
  });
}

export function csv(lines: readonly string[], header: string = HEADER): string {
  return `${[header, ...lines].join('\n')}\n`;
}
