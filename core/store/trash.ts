// Owns the trash: marking what a user deletes, listing it, taking it back. Marked rows are left out of lists and searches by name;
// what refers to them by id still finds them, until they are removed for good.
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { requireUpdated } from './repository.ts';
import type { WriteAccess } from './tables.ts';

export type TrashTable = 'datasets' | 'runs' | 'backtests' | 'savedFeatureSets';

export type Trashed<E> = E & { deletedAt: number };

/** Newest deletion first. */
export async function listTrash<Row extends { deletedAt: number | null }, E>(
  query: { execute(): Promise<Row[]> },
  decode: (row: Row) => E,
): Promise<Trashed<E>[]> {
  const rows = await query.execute();
  return rows
    .map((row) => ({ ...decode(row), deletedAt: row.deletedAt ?? 0 }))
    .sort((a, b) => b.deletedAt - a.deletedAt);
}

/** @throws state/gone where there is no such row, or it is in the trash already */
export async function moveToTrash(db: WriteAccess, table: TrashTable, what: string, id: string, clock: Clock) {
  const query = db.updateTable(table).set({ deletedAt: clock.now() }).where('id', '=', id);
  requireUpdated(await query.where('deletedAt', 'is', null).executeTakeFirst(), what, id);
}

/** @throws state/gone where it is not in the trash */
export async function takeFromTrash(db: WriteAccess, table: TrashTable, what: string, id: string): Promise<void> {
  const query = db.updateTable(table).set({ deletedAt: null }).where('id', '=', id);
  requireUpdated(await query.where('deletedAt', 'is not', null).executeTakeFirst(), what, id);
}

/** @throws state/gone where it is not in the trash, state/name-taken where something else bears its name by now */
export async function restoreNamed(
  db: WriteAccess,
  table: Exclude<TrashTable, 'backtests'>,
  what: string,
  id: string,
): Promise<void> {
  const row = db.selectFrom(table).select('name').where('id', '=', id).where('deletedAt', 'is not', null);
  const name = (await row.executeTakeFirst())?.name ?? '';
  const bearer = db.selectFrom(table).select('id').where('name', '=', name).where('deletedAt', 'is', null);
  if (await bearer.executeTakeFirst()) throw new AppError('state/name-taken', { what, name });
  await takeFromTrash(db, table, what, id);
}
