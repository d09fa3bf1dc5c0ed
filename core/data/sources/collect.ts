// Owns getting every row of a stretch of time from an interface that hands out pages as it likes: some from the beginning, some from the
// end, some fewer than asked for. What is missing is asked for again until the answer is that there is nothing.

/** Rows by their time, epoch milliseconds. */
export type Page<Row> = readonly (readonly [time: number, row: Row])[];

export interface CollectOptions {
  /** Rows are at most so far apart where none is missing, milliseconds; they may be nearer. */
  readonly step: number;
  /** Calls in all, at most. */
  readonly calls: number;
}

/** Stamps are a few milliseconds off, at some exchanges minutes. */
const TOLERANCE = 1.5;

const spacing = (a: number | undefined, b: number | undefined): number =>
  a === undefined || b === undefined ? Number.POSITIVE_INFINITY : b - a;

/**
 * @param from first millisecond wanted @param to first millisecond not wanted
 * @param ask a page of rows from `from` on; the second call for the same stretch, after an empty one, names its end too
 * @returns rows in order of time, one a time; rows that the interface gave beyond the stretch are left out
 */
export async function collect<Row>(
  from: number,
  to: number,
  ask: (from: number, to: number | null) => Promise<Page<Row>>,
  { step, calls }: CollectOptions,
): Promise<[number, Row][]> {
  const rows = new Map<number, Row>();
  /** Stretches that may hold rows: the row before, if one is known, and [start, end). */
  const open: { before: number | null; start: number; end: number }[] = [{ before: null, start: from, end: to }];
  const take = (page: Page<Row>, start: number, end: number): number[] => {
    const fresh = page.filter(([time]) => time >= start && time < end && !rows.has(time));
    for (const [time, row] of fresh) rows.set(time, row);
    return fresh.map(([time]) => time).sort((a, b) => a - b);
  };
  for (let asked = 0; open.length > 0 && asked < calls; ) {
    // The longest first: where calls run out, single days are lost rather than years.
    open.sort((a, b) => b.end - b.start - (a.end - a.start));
    const [{ before, start, end }] = open.splice(0, 1);
    asked += 1;
    let times = take(await ask(start, null), start, end);
    if (times.length === 0) {
      asked += 1;
      times = take(await ask(start, end), start, end);
    }
    if (times.length === 0) continue; // there is nothing
    // At either end what counts is how far apart the rows are there, which may be hours rather than a day.
    const first = Math.min(step, spacing(times[0], times[1]));
    const last = Math.min(step, spacing(times.at(-2), times.at(-1)));
    const edges = [before ?? start - first, ...times, end];
    for (let i = 1; i < edges.length; i++) {
      const allowed = i === 1 ? first : i === edges.length - 1 ? last : step;
      if (edges[i] - edges[i - 1] <= TOLERANCE * allowed) continue;
      const row = i === 1 ? before : edges[i - 1];
      const free = { before: row, start: row === null ? start : row + 1, end: edges[i] };
      if (free.end > free.start) open.push(free);
    }
  }
  return [...rows].sort(([a], [b]) => a - b);
}
