// npm run pack:list: what a package of each platform holds and how large that is before compression, largest parts first.
// With a platform ("linux x64") it lists every file.
import { fileURLToPath } from 'node:url';
import { type PackedFile, packedFiles, PLATFORMS, type PlatformName } from './packed-files.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LARGEST = 12;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`.padStart(10);
const total = (files: readonly PackedFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** A package, or a part of the product. */
const partOf = (path: string): string =>
  /^node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[0] ?? path.split('/').slice(0, 2).join('/');

const asked = process.argv[2];
if (asked !== undefined && !(asked in PLATFORMS)) {
  console.error(`There is no platform "${asked}". The platforms are: ${Object.keys(PLATFORMS).join(', ')}.`);
  process.exit(2);
}
for (const platform of Object.keys(PLATFORMS) as PlatformName[]) {
  if (asked !== undefined && asked !== platform) continue;
  const { files, absent } = packedFiles(ROOT, platform);
  if (asked !== undefined) for (const { path, bytes } of files) console.log(`${String(bytes).padStart(10)}  ${path}`);
  const parts = Object.entries(Object.groupBy(files, ({ path }) => partOf(path)))
    .map(([part, held]) => [part, total(held ?? [])] as const)
    .sort((a, b) => b[1] - a[1]);
  console.log(`\n${platform}: ${files.length} files, ${megabytes(total(files)).trim()} beside Electron itself`);
  for (const [part, bytes] of parts.slice(0, LARGEST)) console.log(`${megabytes(bytes)}  ${part}`);
  if (absent.length > 0) console.log(`  not counted, since not installed on this machine: ${absent.join(', ')}`);
}
