// What a source is opened with in tests: a clock that waiting moves on at once, and a record of what it was told.
import type { SourceContext, SourceRequestNote } from '../../core/data/sources/source.ts';

export interface TestContext extends SourceContext {
  readonly notes: SourceRequestNote[];
  /** Milliseconds of every wait, in order. */
  readonly waits: { reason: 'pace' | 'limit' | 'retry'; milliseconds: number }[];
}

/** @param now ISO moment at which the clock starts */
export function testContext(
  baseUrl: string,
  key: string | null,
  now = '2024-02-05T03:00:00Z',
  more: Partial<SourceContext> = {},
): TestContext {
  let time = Date.parse(now);
  const notes: SourceRequestNote[] = [];
  const waits: TestContext['waits'] = [];
  return {
    key,
    clock: { now: () => time },
    pause: async (milliseconds) => {
      time += milliseconds;
    },
    onRequest: (note) => void notes.push(note),
    onWait: (reason, milliseconds) => void waits.push({ reason, milliseconds }),
    baseUrl,
    notes,
    waits,
    ...more,
  };
}
