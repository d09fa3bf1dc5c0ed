// Owns what all repositories share. Each domain has a reader, whose connection cannot write, and a writer that extends it.
import { sql } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { AppError, type SerializedError } from '../base/errors.ts';
import type { RunStatus } from '../contract/entities.ts';
import type { ReadAccess, WriteAccess } from './tables.ts';

export class Repository<Access extends ReadAccess = ReadAccess> {
  protected readonly db: Access;
  protected readonly clock: Clock;

  constructor(db: Access, clock: Clock) {
    this.db = db;
    this.clock = clock;
  }
}

/** Newest first; `before` is the id of the last one seen, for the next page. */
export interface Page {
  limit?: number;
  before?: string;
}
export const PAGE_LIMIT = 200;

/** Ids end in 80 random bits, so their ends tell them apart and their beginnings do not. */
const SHORTEST_SUFFIX = 4;

/** What `text` may mean to a person who types it: an id, or the end of one. Null where it can be neither. */
export function idPattern(text: string): string | null {
  const id = text.toUpperCase();
  return id.length >= SHORTEST_SUFFIX && /^[0-9A-HJKMNP-TV-Z]+$/.test(id) ? `%${id}` : null;
}

/** @throws state/gone where the update found no row */
export function requireUpdated({ numUpdatedRows }: { numUpdatedRows: bigint }, what: string, id: string): void {
  if (numUpdatedRows === 0n) throw new AppError('state/gone', { what, id });
}

/** What a change of status sets: the times too, when it first started and when it last ended. */
export function statusPatch(status: RunStatus, outcome: SerializedError | null, now: number) {
  const isLive = status === 'running' || status === 'paused';
  return {
    status,
    outcome: outcome && JSON.stringify(outcome),
    // What has ended and is told so again, with what it found, ended when it did.
    endedAt: isLive || status === 'queued' ? null : sql<number>`coalesce(ended_at, ${now})`,
    ...(isLive ? { startedAt: sql<number>`coalesce(started_at, ${now})` } : {}),
  };
}

/** Runs `act` in a transaction: in the one that `db` is already, or else in one of its own. */
export function atomically<T>(db: WriteAccess, act: (db: WriteAccess) => Promise<T>): Promise<T> {
  return db.isTransaction ? act(db) : db.transaction().execute(act);
}
