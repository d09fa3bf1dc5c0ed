// Owns the curves of runs: points written in batches, read back whole or down-sampled.
import { sql } from 'kysely';
import type { MetricBucket, MetricPoint } from '../contract/entities.ts';
import { atomically, Repository } from './repository.ts';
import type { ReadAccess, WriteAccess } from './tables.ts';

/** One curve: `phase` is empty where it belongs to no phase. */
export interface MetricSeries {
  phase: string;
  name: string;
}

export interface MetricWindow extends MetricSeries {
  runId: string;
  /** Steps, both included; by default the whole curve. */
  from?: number;
  to?: number;
}

export class MetricReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** The curves that a run has, in the order in which they first appeared. */
  async series(runId: string): Promise<MetricSeries[]> {
    const query = this.db.selectFrom('metricSeries').select(['phase', 'name']).where('runId', '=', runId);
    return await query.orderBy('id').execute();
  }

  /** Points in order of step. */
  async points(window: MetricWindow): Promise<MetricPoint[]> {
    const { runId, phase, name } = window;
    const rows = await this.within(window).select(['step', 'epoch', 'value', 'time']).orderBy('step').execute();
    return rows.map((row) => ({ runId, phase, name, ...row }));
  }

  /**
   * The window cut into at most `buckets` stretches of equally many steps, empty ones left out. Minimum and maximum are kept,
   * so that a spike shows at every zoom.
   */
  async buckets(window: MetricWindow, buckets: number): Promise<MetricBucket[]> {
    // Each alone is one look at the key; both in one query would read the whole curve.
    const edge = (order: 'asc' | 'desc') =>
      this.within(window).select('step').orderBy('step', order).limit(1).executeTakeFirst();
    const [from, to] = [(await edge('asc'))?.step, (await edge('desc'))?.step];
    if (from === undefined || to === undefined) return [];
    // SQLite receives every number as a float, so the division is cut to an integer by hand.
    const bucket = sql<number>`cast((step - ${from}) * ${buckets} / (${to} - ${from} + 1) as integer)`;
    return await this.within(window)
      .select(({ fn }) => [
        fn.min('step').as('firstStep'),
        fn.max('step').as('lastStep'),
        fn.countAll<number>().as('count'),
        sql<number>`count(*) - count(value)`.as('nonfinite'),
        fn.min('value').as('min'),
        fn.avg<number | null>('value').as('mean'),
        fn.max('value').as('max'),
      ])
      .groupBy(bucket)
      .orderBy('firstStep')
      .execute();
  }

  /** The last point of every curve of the run. */
  async latest(runId: string): Promise<MetricPoint[]> {
    const rows = await this.db
      .selectFrom('metricSeries as series')
      .innerJoin('metricPoints as point', 'point.seriesId', 'series.id')
      .where('series.runId', '=', runId)
      .where('point.step', '=', ({ selectFrom }) =>
        selectFrom('metricPoints as other')
          .select(({ fn }) => fn.max('other.step').as('step'))
          .whereRef('other.seriesId', '=', 'series.id'),
      )
      .select(['series.phase', 'series.name', 'point.step', 'point.epoch', 'point.value', 'point.time'])
      .orderBy('series.id')
      .execute();
    return rows.map((row) => ({ runId, ...row }));
  }

  private within({ runId, phase, name, from, to }: MetricWindow) {
    const series = this.db
      .selectFrom('metricSeries')
      .select('id')
      .where('runId', '=', runId)
      .where('phase', '=', phase)
      .where('name', '=', name);
    let query = this.db.selectFrom('metricPoints').where('seriesId', '=', series);
    if (from !== undefined) query = query.where('step', '>=', from);
    if (to !== undefined) query = query.where('step', '<=', to);
    return query;
  }
}

export class MetricWriter extends MetricReader<WriteAccess> {
  /**
   * Adds points, of any number of runs and curves, in one transaction; a step that is there already is overwritten, as when a run
   * resumes from an earlier checkpoint. Values that are not finite are kept as null.
   */
  async add(points: readonly MetricPoint[]): Promise<void> {
    if (points.length === 0) return;
    const curves = new Map<string, { runId: string; phase: string; name: string; rows: unknown[] }>();
    for (const { runId, phase, name, step, epoch, value, time } of points) {
      const key = `${runId}\n${phase}\n${name}`;
      const curve = curves.get(key) ?? { runId, phase, name, rows: [] };
      curves.set(key, curve);
      curve.rows.push([step, epoch, value, time]);
    }
    // JSON writes what is not finite as null. One parameter whatever the number of points keeps this one prepared statement.
    const data = JSON.stringify([...curves.values()]);
    await atomically(this.db, async (db) => {
      await sql`
        insert into metric_series (run_id, phase, name)
        select value ->> 'runId', value ->> 'phase', value ->> 'name' from json_each(${data}) where true
        on conflict do nothing`.execute(db);
      await sql`
        insert or replace into metric_points (series_id, step, epoch, value, time)
        select series.id, point.value ->> 0, point.value ->> 1, point.value ->> 2, point.value ->> 3
        from json_each(${data}) as curve
        join metric_series as series
          on series.run_id = curve.value ->> 'runId'
          and series.phase = curve.value ->> 'phase'
          and series.name = curve.value ->> 'name'
        join json_each(curve.value, '$.rows') as point`.execute(db);
    });
  }
}
