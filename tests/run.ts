// The whole of the tests: Vitest's, then the interface in a real browser where there is one. The last line sums both.
import { spawnSync } from 'node:child_process';
import { findChromium } from '../main/node/web-shell/chromium.ts';
import { closingLine, type Counts, takeCounts } from './counts/counts.ts';

function run(runner: string, script: string, args: readonly string[]): Counts {
  takeCounts(runner); // an earlier run's
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  const counts = takeCounts(runner);
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

const all = [run('vitest', 'node_modules/vitest/vitest.mjs', ['run'])];
if (findChromium())
  all.push(
    run('playwright', 'node_modules/@playwright/test/cli.js', ['test', '--config', 'tests/e2e/playwright.config.ts']),
  );
else console.log('The interface was not tested: no Chromium here (install one, or name it in CHROME_PATH).');

console.log(closingLine(all));
process.exitCode = all.some(({ failed }) => failed > 0) ? 1 : 0;
