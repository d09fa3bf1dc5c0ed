// Owns which trading days a run would have, and how many stocks on them, before its panel is built: out of the panel where it is
// there, else out of the bars.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetVersion } from '../contract/entities.ts';
import { barsQuery, queryBars, readManifest } from '../data/load.node.ts';
import { PANEL_MANIFEST, PanelReader } from '../features/panel.node.ts';

export interface TradingDays {
  /** Epoch days, ascending. */
  days: Int32Array;
  /** On the day that has most, and on an average day. */
  mostStocks: number;
  meanStocks: number;
  panelReady: boolean;
}

/** Bars and panels are never changed in place, so what was read of them holds. */
export class DayBook {
  readonly #workspace: string;
  readonly #known = new Map<string, Promise<TradingDays>>();

  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  /** @param panel absolute folder, which may not be there yet */
  async daysOf(version: DatasetVersion, panel: string): Promise<TradingDays> {
    const ready = existsSync(join(panel, PANEL_MANIFEST));
    const key = ready ? panel : version.id;
    const days = this.#known.get(key) ?? (ready ? Promise.resolve(ofPanel(panel)) : this.#ofBars(version));
    this.#known.set(key, days);
    days.catch(() => this.#known.delete(key));
    return await days;
  }

  async #ofBars(version: DatasetVersion): Promise<TradingDays> {
    const folder = join(this.#workspace, version.folder);
    const bars = barsQuery(folder, { duplicates: false });
    // Telling codes apart takes ten times as long, and is needed only where a code may have two rows of a day.
    const stocksOfDay = readManifest(folder).duplicates ? 'count(DISTINCT code)' : 'count(*)';
    const query = `SELECT (date - DATE '1970-01-01')::INTEGER AS day, ${stocksOfDay}::INTEGER AS stocks FROM (${bars}) GROUP BY date ORDER BY date`;
    const rows = await queryBars(folder, (duck) => duck.rows(query));
    const stocks = rows.map((row) => Number(row.stocks));
    return {
      ...counted(
        Int32Array.from(rows, ({ day }) => Number(day)),
        stocks,
      ),
      panelReady: false,
    };
  }
}

function ofPanel(folder: string): TradingDays {
  const reader = PanelReader.open(folder);
  try {
    const { days, dayOffsets } = reader;
    // Offsets of the ends: a day's rows begin where those of the day before end.
    const stocks = Array.from(days, (_, day) => (dayOffsets[day + 1] ?? reader.manifest.rows) - dayOffsets[day]);
    return { ...counted(days.slice(), stocks), panelReady: true };
  } finally {
    reader.close();
  }
}

function counted(days: Int32Array, stocks: readonly number[]): Omit<TradingDays, 'panelReady'> {
  const total = stocks.reduce((sum, count) => sum + count, 0);
  const mostStocks = stocks.reduce((most, count) => Math.max(most, count), 0);
  return { days, mostStocks, meanStocks: days.length === 0 ? 0 : total / days.length };
}
