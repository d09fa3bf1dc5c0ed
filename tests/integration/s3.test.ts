// Copying from and to buckets, as far as it goes without one: DuckDB's extension is not to be had offline, so folders stand for buckets.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Duck } from '../../core/data/duckdb.node.ts';
import { copyFolder, requireS3Url, s3AccessOf, withS3 } from '../../core/data/s3.node.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phasor-s3-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Without the extension, whatever this machine has in its own folder. */
const access = () =>
  s3AccessOf({
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret-5',
    PHASOR_DUCKDB_EXTENSIONS: join(folder, 'extensions'),
  });

test('files are copied byte for byte with their folders, and told one by one', async () => {
  const from = join(folder, 'odd [name]*');
  mkdirSync(join(from, 'tables'), { recursive: true });
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7919) % 256);
  writeFileSync(join(from, 'bars.parquet'), bytes);
  writeFileSync(join(from, 'tables/funding.parquet'), bytes.subarray(0, 10));
  writeFileSync(join(from, 'manifest.json'), '{"a": 1}\n');
  const to = join(folder, 'bucket');
  const told: string[] = [];
  const duck = await Duck.open();
  try {
    const files = await copyFolder(duck, from, to, ({ to }) => void told.push(to));
    expect(files.map(({ bytes }) => bytes)).toEqual([70_000, 9, 10]);
    expect(told).toEqual(['bars.parquet', 'manifest.json', 'tables/funding.parquet'].map((name) => join(to, name)));
    for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.')))
      expect(readFileSync(join(to, name)).equals(readFileSync(join(from, name))), name).toBe(true);
    await expect(copyFolder(duck, join(folder, 'nothing'), to)).rejects.toMatchObject({ code: 'data/no-files' });
  } finally {
    duck.close();
  }
});

test('where the extension is missing, what to do is said and nothing is fetched', async () => {
  const missing = withS3(access(), () => Promise.resolve());
  await expect(missing).rejects.toMatchObject({
    code: 'resource/no-s3-extension',
    params: { folder: join(folder, 'extensions') },
  });
  await expect(missing).rejects.not.toThrow(/secret-5/);
  expect(readdirSync(folder)).toEqual([]);
});

test('an address that is no folder of a bucket is refused', () => {
  expect(requireS3Url('s3://market/tokyo/')).toBe('s3://market/tokyo');
  for (const url of ['market/tokyo', 's3://', 's3:///tokyo', 'http://market/tokyo', 's3://market/*'])
    expect(() => requireS3Url(url)).toThrow(/s3:\/\/BUCKET\/FOLDER/);
});

test('an endpoint and the rest are taken from the environment by their usual names', () => {
  const env = { AWS_REGION: 'ap-northeast-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9000' };
  expect(s3AccessOf(env)).toMatchObject({
    region: 'ap-northeast-1',
    endpoint: 'http://127.0.0.1:9000',
    keyId: undefined,
  });
  expect(s3AccessOf({ ...env, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }).endpoint).toBe('http://127.0.0.1:1');
});
