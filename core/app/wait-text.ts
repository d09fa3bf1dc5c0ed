// Owns what is said while a source is waited for; core/base/remarks.ts has it in Japanese.

/** Shorter waits are nothing to speak of. */
const TOLD_WAIT_MS = 2_000;

/** null where there is nothing to say: pacing is as planned. */
export function waitText(source: string, reason: 'pace' | 'limit' | 'retry', milliseconds: number): string | null {
  if (milliseconds < TOLD_WAIT_MS || reason === 'pace') return null;
  const why = reason === 'limit' ? 'limit reached' : 'no answer';
  return `${source}: ${why}, waiting ${Math.round(milliseconds / 1_000)} s`;
}
