// Owns evaluations and backtests: what was measured of a checkpoint, or of a baseline, and on which data.
import { sql } from 'kysely';
import type { Backtest, Evaluation, Interval } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { atomically, idPattern, type Page, PAGE_LIMIT, Repository, requireUpdated } from './repository.ts';
import { modeLine } from './runs.ts';
import { backtestCodec, evaluationCodec, type ReadAccess, type WriteAccess } from './tables.ts';
import { listTrash, moveToTrash, takeFromTrash, type Trashed } from './trash.ts';

export interface EvaluationFilter extends Page {
  runId?: string;
  checkpointId?: string;
  datasetVersionId?: string;
  split?: Evaluation['split'];
}
export interface BacktestFilter extends Page {
  checkpointId?: string;
  datasetVersionId?: string;
}

export type NewEvaluation = Omit<Evaluation, 'id' | 'createdAt'>;
export type NewBacktest = Omit<Backtest, 'id' | 'createdAt'>;

/** A checkpoint that has test predictions, with what a list shows of it. */
export interface TestedCheckpoint {
  checkpointId: string;
  phase: string;
  champion: boolean;
  run: string;
  dataset: string;
  synthetic: boolean;
  rankIc: Interval | null;
}

/** A backtest with what a list shows of what it is of. */
export type BacktestEntry = Backtest & {
  phase: string;
  runId: string;
  run: string;
  /** The line of the run's config that says the mode. */
  modeLine: string;
  dataset: string;
  synthetic: boolean;
};

export class EvaluationReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** Newest first. */
  async list(filter: EvaluationFilter = {}): Promise<Evaluation[]> {
    let query = this.db.selectFrom('evaluations').selectAll();
    const { runId, checkpointId, datasetVersionId, split, before } = filter;
    if (runId !== undefined) query = query.where('runId', '=', runId);
    if (checkpointId !== undefined) query = query.where('checkpointId', '=', checkpointId);
    if (datasetVersionId !== undefined) query = query.where('datasetVersionId', '=', datasetVersionId);
    if (split !== undefined) query = query.where('split', '=', split);
    if (before !== undefined) query = query.where('id', '<', before);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(filter.limit ?? PAGE_LIMIT)
      .execute();
    return rows.map(evaluationCodec.decode);
  }

  async get(id: string): Promise<Evaluation | null> {
    const row = await this.db.selectFrom('evaluations').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? evaluationCodec.decode(row) : null;
  }

  /** Checkpoints whose newest test evaluation has its predictions, newest checkpoint first; those of runs in the trash are left out. */
  async testedCheckpoints(): Promise<TestedCheckpoint[]> {
    const rows = await this.db
      .selectFrom('evaluations')
      .innerJoin('checkpoints', 'checkpoints.id', 'evaluations.checkpointId')
      .innerJoin('runs', 'runs.id', 'checkpoints.runId')
      .innerJoin('datasetVersions', 'datasetVersions.id', 'evaluations.datasetVersionId')
      .innerJoin('datasets', 'datasets.id', 'datasetVersions.datasetId')
      .where('evaluations.split', '=', 'test')
      .where('runs.deletedAt', 'is', null)
      .select(['checkpoints.id as checkpointId', 'checkpoints.phase', 'checkpoints.champion', 'runs.name as run'])
      .select(['datasets.name as dataset', 'datasetVersions.synthetic', 'evaluations.folder'])
      .select(sql<string | null>`json_extract(evaluations.overall, '$.rankIc')`.as('rankIc'))
      .orderBy('checkpoints.id', 'desc')
      .orderBy('evaluations.id')
      .execute();
    const newest = new Map(rows.map((row) => [row.checkpointId, row]));
    return [...newest.values()]
      .filter(({ folder }) => folder !== null)
      .map(({ folder: _, rankIc, champion, synthetic, ...row }) => ({
        ...row,
        champion: champion !== 0,
        synthetic: synthetic !== 0,
        rankIc: rankIc === null ? null : (JSON.parse(rankIc) as Interval),
      }));
  }

  /**
   * By run: its last phase's best checkpoint, which is the parent's where the phase handed that on. Runs without one are left out.
   * @param since the oldest run that is asked for; all by default
   */
  async testsByRun(since = ''): Promise<Map<string, RunTest>> {
    const rows = await this.db
      .selectFrom('phaseRuns')
      .where('phaseRuns.runId', '>=', since)
      // SQLite takes the tables of a cross join in this order: the other way round it would look at every evaluation there is.
      .crossJoin('evaluations')
      .whereRef('evaluations.checkpointId', '=', 'phaseRuns.bestCheckpointId')
      .where('evaluations.split', '=', 'test')
      .where('phaseRuns.position', '=', ({ selectFrom }) =>
        selectFrom('phaseRuns as later')
          .whereRef('later.runId', '=', 'phaseRuns.runId')
          .where('later.bestCheckpointId', 'is not', null)
          .select(({ fn }) => fn.max('later.position').as('position')),
      )
      .select(['phaseRuns.runId', 'evaluations.label as phase'])
      .select(sql<string>`phase_runs.best_checkpoint_id`.as('checkpointId'))
      .select(sql<string | null>`json_extract(evaluations.overall, '$.rankIc')`.as('rankIc'))
      .orderBy('evaluations.id')
      .execute();
    const missing = { value: null, low: null, high: null };
    return new Map(
      rows.map(({ runId, rankIc, ...row }) => [
        runId,
        { ...row, rankIc: rankIc === null ? missing : (JSON.parse(rankIc) as Interval) },
      ]),
    );
  }
}

/** What a run reached on its test days, by the checkpoint that it ends with. */
export interface RunTest {
  checkpointId: string;
  phase: string;
  rankIc: Interval;
}

/** Counts one more trial of the bars of a version: to be called in the transaction that stores what was tried. */
async function countTrial(db: WriteAccess, trial: { id: string; datasetVersionId: string; createdAt: number }) {
  const { id, datasetVersionId, createdAt } = trial;
  const content = db.selectFrom('datasetVersions').select('contentHash').where('id', '=', datasetVersionId);
  const { contentHash } = await content.executeTakeFirstOrThrow();
  await db.insertInto('trials').values({ id, contentHash, createdAt }).execute();
}

export class EvaluationWriter extends EvaluationReader<WriteAccess> {
  /** Stores it; that of a checkpoint is also a trial of its data, that of a baseline is not. */
  async add(evaluation: NewEvaluation, id = newId(this.clock)): Promise<Evaluation> {
    const added = { ...evaluation, id, createdAt: this.clock.now() };
    await atomically(this.db, async (db) => {
      await db.insertInto('evaluations').values(evaluationCodec.encode(added)).execute();
      if (added.checkpointId !== null) await countTrial(db, added);
    });
    return added;
  }
}

export class BacktestReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** Newest first; those in the trash, by themselves or with their run, are left out, here and where a person names one. */
  async list(filter: BacktestFilter = {}): Promise<Backtest[]> {
    let query = this.shown();
    const { checkpointId, datasetVersionId, before } = filter;
    if (checkpointId !== undefined) query = query.where('checkpointId', '=', checkpointId);
    if (datasetVersionId !== undefined) query = query.where('datasetVersionId', '=', datasetVersionId);
    if (before !== undefined) query = query.where('id', '<', before);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(filter.limit ?? PAGE_LIMIT)
      .execute();
    return rows.map(backtestCodec.decode);
  }

  /** Newest first, for lists; those in the trash, by themselves or with their run, are left out. */
  async entries(filter: { id?: string; checkpointId?: string } & Page = {}): Promise<BacktestEntry[]> {
    let query = this.db
      .selectFrom('backtests')
      .innerJoin('checkpoints', 'checkpoints.id', 'backtests.checkpointId')
      .innerJoin('runs', 'runs.id', 'checkpoints.runId')
      .innerJoin('datasetVersions', 'datasetVersions.id', 'backtests.datasetVersionId')
      .innerJoin('datasets', 'datasets.id', 'datasetVersions.datasetId')
      .where('backtests.deletedAt', 'is', null)
      .where('runs.deletedAt', 'is', null);
    const { id, checkpointId, limit = PAGE_LIMIT } = filter;
    if (id !== undefined) query = query.where('backtests.id', '=', id);
    if (checkpointId !== undefined) query = query.where('backtests.checkpointId', '=', checkpointId);
    const rows = await query
      .selectAll('backtests')
      .select(['checkpoints.phase', 'checkpoints.runId', 'runs.name as run'])
      .select(['datasets.name as dataset', 'datasetVersions.synthetic'])
      .select(modeLine.as('modeLine'))
      .orderBy('backtests.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ phase, runId, run, modeLine: mode, dataset, synthetic, ...row }) => ({
      ...backtestCodec.decode(row),
      ...{ phase, runId, run, modeLine: mode, dataset, synthetic: synthetic !== 0 },
    }));
  }

  async get(id: string): Promise<Backtest | null> {
    const row = await this.db.selectFrom('backtests').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? backtestCodec.decode(row) : null;
  }

  /** The backtest that a person means by its id or the last letters of its id. */
  async find(text: string): Promise<Backtest | null> {
    const pattern = idPattern(text);
    if (pattern === null) return null;
    const query = this.shown().where('id', 'like', pattern);
    const row = await query.orderBy('id', 'desc').limit(1).executeTakeFirst();
    return row ? backtestCodec.decode(row) : null;
  }

  /** Deleted by themselves, not with their run. */
  async trashed(): Promise<Trashed<Backtest>[]> {
    const query = this.db.selectFrom('backtests').selectAll().where('deletedAt', 'is not', null);
    return await listTrash(query, backtestCodec.decode);
  }

  private shown() {
    const hidden = this.db
      .selectFrom('checkpoints')
      .innerJoin('runs', 'runs.id', 'checkpoints.runId')
      .where('runs.deletedAt', 'is not', null)
      .select('checkpoints.id');
    const query = this.db.selectFrom('backtests').selectAll().where('deletedAt', 'is', null);
    return query.where('checkpointId', 'not in', hidden);
  }
}

export class BacktestWriter extends BacktestReader<WriteAccess> {
  /** @throws state/gone */
  async trash(id: string): Promise<void> {
    await moveToTrash(this.db, 'backtests', 'backtest', id, this.clock);
  }

  /** @throws state/gone */
  async restore(id: string): Promise<void> {
    await takeFromTrash(this.db, 'backtests', 'backtest', id);
  }

  /** Removes the record; the folder is the caller's. */
  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('backtests').where('id', '=', id).execute();
  }

  /** Stores it, and counts it as a trial of its data. */
  async add(backtest: NewBacktest, id = newId(this.clock)): Promise<Backtest> {
    const added = { ...backtest, id, createdAt: this.clock.now() };
    await atomically(this.db, async (db) => {
      await db.insertInto('backtests').values(backtestCodec.encode(added)).execute();
      await countTrial(db, added);
    });
    return added;
  }

  async setReport(id: string, reportPath: string): Promise<void> {
    const query = this.db.updateTable('backtests').set({ reportPath }).where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'backtest', id);
  }
}
