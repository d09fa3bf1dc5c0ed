// Owns the alarms of a run as its history tells them: which, in which phase, at which step.
import type { Event } from '../../../core/contract/entities.ts';

export const ALARM_CODES = ['dead-branch', 'collapsed-spread', 'non-finite', 'stalled', 'smaller-batches'] as const;
export type AlarmCode = (typeof ALARM_CODES)[number];

export interface Alarm {
  id: string;
  code: AlarmCode;
  phase: string;
  step: number;
  time: number;
  /** As the worker wrote it, in English. */
  detail: string;
}

/** Oldest first. A resumed run tells an alarm again when it repeats the step: told once. */
export function alarmsOf(events: readonly Event[]): Alarm[] {
  const found = new Map<string, Alarm>();
  for (const { id, data, message, time } of events) {
    const code = ALARM_CODES.find((known) => known === data.alarm);
    if (!code) continue;
    const [head, ...rest] = message.split(': ');
    const phase = typeof data.phase === 'string' ? data.phase : head;
    const step = typeof data.step === 'number' ? data.step : 0;
    const detail = rest.length > 0 ? rest.join(': ') : message;
    const key = `${phase} ${step} ${code} ${detail}`;
    const before = found.get(key);
    if (!before || time < before.time) found.set(key, { id, code, phase, step, time, detail });
  }
  return [...found.values()].sort((a, b) => a.time - b.time || a.id.localeCompare(b.id));
}
