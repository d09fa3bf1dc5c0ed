// npm run build: builds everything, or the targets named: node main/node/build/build.ts renderer app
import { build, TARGETS } from './targets.ts';

const names = Object.keys(TARGETS) as (keyof typeof TARGETS)[];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.some((known) => known === name));
if (unknown.length > 0) {
  console.error(`There is no target ${unknown.join(', ')}. The targets are: ${names.join(', ')}.`);
  process.exit(2);
}
for (const name of names) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const { label, output } = TARGETS[name];
  await build(TARGETS[name]);
  console.log(`${label}: ${output}`);
}
