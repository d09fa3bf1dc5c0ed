// Owns checkpoints, and which one is the champion of its dataset.
import type { Checkpoint } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { idPattern, type Page, PAGE_LIMIT, Repository, requireUpdated } from './repository.ts';
import { checkpointCodec, type ReadAccess, type WriteAccess } from './tables.ts';

export interface CheckpointFilter extends Page {
  runId?: string;
  phaseRunId?: string;
  datasetId?: string;
  kind?: Checkpoint['kind'];
}

/** A checkpoint with the names of its run and dataset, for lists. */
export type CheckpointEntry = Checkpoint & { run: string; dataset: string };

export type NewCheckpoint = Omit<Checkpoint, 'id' | 'champion' | 'createdAt'>;

export class CheckpointReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** Newest first; those of runs in the trash are left out, here and where a person names one. */
  async list(filter: CheckpointFilter = {}): Promise<Checkpoint[]> {
    let query = this.shown();
    const { runId, phaseRunId, datasetId, kind, before } = filter;
    if (runId !== undefined) query = query.where('runId', '=', runId);
    if (phaseRunId !== undefined) query = query.where('phaseRunId', '=', phaseRunId);
    if (datasetId !== undefined) query = query.where('runId', 'in', runsOnDataset(this.db, datasetId));
    if (kind !== undefined) query = query.where('kind', '=', kind);
    if (before !== undefined) query = query.where('id', '<', before);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(filter.limit ?? PAGE_LIMIT)
      .execute();
    return rows.map(checkpointCodec.decode);
  }

  /** Newest first, for lists; those of runs in the trash are left out. */
  async entries({ runId, limit = PAGE_LIMIT }: { runId?: string } & Page = {}): Promise<CheckpointEntry[]> {
    let query = this.db
      .selectFrom('checkpoints')
      .innerJoin('runs', 'runs.id', 'checkpoints.runId')
      .innerJoin('datasetVersions', 'datasetVersions.id', 'runs.datasetVersionId')
      .innerJoin('datasets', 'datasets.id', 'datasetVersions.datasetId')
      .where('runs.deletedAt', 'is', null);
    if (runId !== undefined) query = query.where('checkpoints.runId', '=', runId);
    const named = query.selectAll('checkpoints').select(['runs.name as run', 'datasets.name as dataset']);
    const rows = await named.orderBy('checkpoints.id', 'desc').limit(limit).execute();
    return rows.map(({ run, dataset, ...row }) => ({ ...checkpointCodec.decode(row), run, dataset }));
  }

  async get(id: string): Promise<Checkpoint | null> {
    const row = await this.db.selectFrom('checkpoints').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? checkpointCodec.decode(row) : null;
  }

  /** The checkpoint that a person means by its id or the last letters of its id. */
  async find(text: string): Promise<Checkpoint | null> {
    const pattern = idPattern(text);
    if (pattern === null) return null;
    const query = this.shown().where('id', 'like', pattern);
    const row = await query.orderBy('id', 'desc').limit(1).executeTakeFirst();
    return row ? checkpointCodec.decode(row) : null;
  }

  /** The one in use for the dataset; null where none was promoted. */
  async champion(datasetId: string): Promise<Checkpoint | null> {
    const query = this.shown().where('champion', '=', 1);
    const row = await query.where('runId', 'in', runsOnDataset(this.db, datasetId)).executeTakeFirst();
    return row ? checkpointCodec.decode(row) : null;
  }

  private shown() {
    const hidden = this.db.selectFrom('runs').select('id').where('deletedAt', 'is not', null);
    return this.db.selectFrom('checkpoints').selectAll().where('runId', 'not in', hidden);
  }
}

export class CheckpointWriter extends CheckpointReader<WriteAccess> {
  /** @param id where the caller needed it before, as for the name of the checkpoint's folder */
  async add(checkpoint: NewCheckpoint, id = newId(this.clock)): Promise<Checkpoint> {
    const added = { ...checkpoint, id, champion: false, createdAt: this.clock.now() };
    await this.db.insertInto('checkpoints').values(checkpointCodec.encode(added)).execute();
    return added;
  }

  /** Makes it the champion of its dataset, in place of the one before. @throws state/gone */
  async promote(id: string): Promise<void> {
    const owner = this.db
      .selectFrom('checkpoints')
      .innerJoin('runs', 'runs.id', 'checkpoints.runId')
      .innerJoin('datasetVersions', 'datasetVersions.id', 'runs.datasetVersionId')
      .where('checkpoints.id', '=', id)
      .select('datasetVersions.datasetId');
    const row = await owner.executeTakeFirst();
    const query = this.db
      .updateTable('checkpoints')
      .set(({ eb }) => ({ champion: eb.case().when('id', '=', id).then(1).else(0).end() }))
      .where('runId', 'in', runsOnDataset(this.db, row?.datasetId ?? ''));
    requireUpdated(await query.executeTakeFirst(), 'checkpoint', id);
  }

  /** Removes the record; the folder is the caller's. */
  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('checkpoints').where('id', '=', id).execute();
  }
}

function runsOnDataset(db: ReadAccess, datasetId: string) {
  return db
    .selectFrom('runs')
    .innerJoin('datasetVersions', 'datasetVersions.id', 'runs.datasetVersionId')
    .where('datasetVersions.datasetId', '=', datasetId)
    .select('runs.id');
}
