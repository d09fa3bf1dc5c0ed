// Builds the interface once before all tests, where its sources have changed.
import { ensureBuilt, TARGETS } from '../../../main/node/build/targets.ts';

export default async function build(): Promise<void> {
  await ensureBuilt(TARGETS.renderer, (text) => console.log(text));
}
