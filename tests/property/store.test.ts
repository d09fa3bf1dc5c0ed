import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { MetricPoint } from '../../core/contract/entities.ts';
import { openConnection, queriesOver } from '../../core/store/database.node.ts';
import { DatasetWriter } from '../../core/store/datasets.ts';
import { EventWriter } from '../../core/store/jobs.ts';
import { MetricWriter } from '../../core/store/metrics.ts';
import { migrate } from '../../core/store/migrate.node.ts';
import { RunWriter } from '../../core/store/runs.ts';
import { newRun, point, version } from '../integration/store-support/samples.ts';

const clock = { now: () => Date.now() };
const connection = openConnection(':memory:', 'write');
migrate(connection);
const db = queriesOver(connection, () => {});
const datasets = new DatasetWriter(db, clock);
const runs = new RunWriter(db, clock);
const metrics = new MetricWriter(db, clock);
const { id: datasetVersionId } = await datasets.addVersion((await datasets.ensure('d')).id, version);
afterAll(() => db.destroy());

const text = fc.string({ unit: 'binary' });
const figure = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // -0 is 0 in JSON

test('any text, number and nesting survives storage', async () => {
  const events = new EventWriter(db, clock);
  const run = fc.record({ name: text, notes: text, config: text, tags: fc.array(text), phases: fc.array(text) });
  const summary = fc.option(fc.dictionary(text, fc.option(figure)));
  const data = fc.dictionary(text, fc.jsonValue({ noUnicodeString: false }));
  await fc.assert(
    fc.asyncProperty(run, summary, fc.boolean(), data, async (fields, figures, star, nested) => {
      const created = await runs.create({ ...newRun(datasetVersionId), ...fields });
      await runs.update(created.id, { summary: figures, star });
      expect(await runs.get(created.id)).toEqual({ ...created, summary: figures, star });
      await events.add({ level: 'info', kind: 'x', subjectId: created.id, message: '', data: nested });
      const [event] = await events.list({ subjectId: created.id });
      expect(JSON.stringify(event.data)).toBe(JSON.stringify(nested));
    }),
    { numRuns: 60 },
  );
});

const value = fc.option(fc.integer({ min: -1000, max: 1000 }).map((n) => n / 8));
const points = fc.array(fc.tuple(fc.nat(400), value), { maxLength: 120 });

test('points written in any order and any batches read back by step, the last write of a step winning', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(points, { maxLength: 4 }), async (batches) => {
      const run = await runs.create(newRun(datasetVersionId));
      const expected = new Map<number, MetricPoint>();
      for (const batch of batches) {
        const added = batch.map(([step, each]) => point(run.id, step, each));
        await metrics.add(added);
        for (const each of added) expected.set(each.step, each);
      }
      const window = { runId: run.id, phase: 'phase0', name: 'loss' };
      const sorted = [...expected.values()].sort((a, b) => a.step - b.step);
      expect(await metrics.points(window)).toEqual(sorted);
      expect(await metrics.points({ ...window, from: 100, to: 200 })).toEqual(
        sorted.filter(({ step }) => step >= 100 && step <= 200),
      );
      expect(await metrics.latest(run.id)).toEqual(sorted.slice(-1));
    }),
    { numRuns: 60 },
  );
});

test('down-sampling loses no point and no extreme, whatever the window', async () => {
  await fc.assert(
    fc.asyncProperty(points, fc.integer({ min: 1, max: 50 }), fc.nat(400), fc.nat(400), async (all, count, a, b) => {
      const run = await runs.create(newRun(datasetVersionId));
      await metrics.add(all.map(([step, each]) => point(run.id, step, each)));
      const window = { runId: run.id, phase: 'phase0', name: 'loss', from: Math.min(a, b), to: Math.max(a, b) };
      const within = await metrics.points(window);
      const buckets = await metrics.buckets(window, count);
      expect(buckets.length).toBeLessThanOrEqual(count);
      let next = 0;
      for (const bucket of buckets) {
        const inside = within.slice(next, (next += bucket.count));
        const values = inside.flatMap((each) => (each.value === null ? [] : [each.value]));
        expect([bucket.firstStep, bucket.lastStep]).toEqual([inside[0].step, inside.at(-1)?.step]);
        expect(bucket.nonfinite).toBe(inside.length - values.length);
        expect(bucket.min).toBe(values.length > 0 ? Math.min(...values) : null);
        expect(bucket.max).toBe(values.length > 0 ? Math.max(...values) : null);
        if (bucket.mean === null) expect(values).toEqual([]);
        else expect(bucket.mean).toBeCloseTo(values.reduce((sum, each) => sum + each, 0) / values.length, 9);
      }
      expect(next).toBe(within.length);
    }),
    { numRuns: 60 },
  );
});
