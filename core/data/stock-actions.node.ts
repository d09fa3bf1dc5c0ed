// Owns the corporate actions of one stock, from the tables of a dataset folder.
import { ACTION_KINDS, ACTION_ORIGINS, type ActionOrigin, type ActionRecord } from './corporate-actions.ts';
import { loadSideTables } from './side-tables.node.ts';
import type { SideTable } from './side-tables.ts';

export interface StockAction extends ActionRecord {
  readonly origin: ActionOrigin;
}

/**
 * Actions of both tables that can hold some, ascending by day. Of a dividend that was announced more than once the newest version known by
 * `asOf` counts; one that stands in both tables on a day counts once.
 * @param asOf epoch day; what became known later is left out
 */
export async function readActions(
  folder: string,
  code: string,
  asOf = Number.POSITIVE_INFINITY,
  signal?: AbortSignal,
): Promise<StockAction[]> {
  const tables = await loadSideTables(folder, { names: ['corporate-actions', 'dividends'], codes: [code], signal });
  const actions = rowsOf(tables['corporate-actions'], asOf).flatMap(({ table, row }): StockAction[] => {
    const { kind, ratio, amount, origin } = table.columns;
    const word = ACTION_KINDS[kind[row] - 1];
    if (word === undefined) return []; // of a newer list than ours
    return [
      {
        kind: word,
        day: table.period[row],
        known: table.known[row],
        ratio: ratio[row],
        amount: amount[row],
        origin: ACTION_ORIGINS[origin[row] - 1] ?? 'table',
      },
    ];
  });
  const paid = new Map<number, StockAction>();
  for (const { table, row } of rowsOf(tables.dividends, asOf)) {
    const [day, amount] = [table.period[row], table.columns.amount[row]];
    // Rows ascend by the day they were known: the newest version stands last. A forecast is no payment.
    if (amount > 0 && table.columns.forecast[row] !== 1)
      paid.set(day, { kind: 'dividend', day, known: table.known[row], ratio: Number.NaN, amount, origin: 'table' });
  }
  for (const { kind, day } of actions) if (kind === 'dividend') paid.delete(day);
  return [...actions, ...paid.values()].sort((a, b) => a.day - b.day);
}

function rowsOf(table: SideTable | undefined, asOf: number): { table: SideTable; row: number }[] {
  if (!table) return [];
  return Array.from(table.known, (_, row) => ({ table, row })).filter(({ row }) => table.known[row] <= asOf);
}
