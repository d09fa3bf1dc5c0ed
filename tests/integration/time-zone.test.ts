// The same files make the same dataset wherever the machine stands: moments in Parquet are read in one zone, not in that of the machine.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { temporaryFolder } from './data-files.ts';

const folder = temporaryFolder();
const module = (path: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../core/data', path)).href);

/** What an import says on a machine of that zone. */
function importedIn(zone: string, file: string): { contentHash: string; firstDay: string } {
  const script = `import { importBars } from ${module('import.node.ts')};
    const { contentHash, firstDay } = await importBars(${JSON.stringify({ files: [file], name: 'x', outFolder: join(folder, zone.replace('/', '-')) })});
    console.log(JSON.stringify({ contentHash, firstDay }));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TZ: zone },
    encoding: 'utf8',
  });
  return JSON.parse(output) as { contentHash: string; firstDay: string };
}

test('moments of a zone give the same days on machines of every zone', async () => {
  const file = join(folder, 'moments.parquet');
  const duck = await (await DuckDBInstance.create(':memory:')).connect();
  await duck.run(`COPY (SELECT TIMESTAMPTZ '2024-01-04 21:00:00+00' + to_days(i::INTEGER) AS date, 'A' AS code, 100.0 + i AS open,
      102.0 + i AS high, 99.0 + i AS low, 101.0 + i AS close, 1000 AS volume FROM range(30) t(i)) TO '${file}' (FORMAT parquet)`);
  duck.closeSync();
  const utc = importedIn('UTC', file);
  expect(utc.firstDay).toBe('2024-01-04'); // and the sixth hour of the fifth in Tokyo
  for (const zone of ['Asia/Tokyo', 'America/New_York']) expect(importedIn(zone, file)).toEqual(utc);
});
