// Owns time as a port: core never reads the wall clock itself, so tests can inject one.
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A trading day is an integer: days since 1970-01-01 (UTC). */
export type EpochDay = number;

export function toEpochDay(isoDate: string): EpochDay {
  return Math.round(Date.parse(`${isoDate}T00:00:00Z`) / 86_400_000);
}

export function fromEpochDay(day: EpochDay): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
