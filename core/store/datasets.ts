// Owns datasets, their versions and what was found in them.
import { sql } from 'kysely';
import { AppError } from '../base/errors.ts';
import type { Dataset, DatasetVersion, Finding } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { atomically, Repository, requireUpdated } from './repository.ts';
import { datasetCodec, datasetVersionCodec, findingCodec, type ReadAccess, type WriteAccess } from './tables.ts';
import { listTrash, moveToTrash, restoreNamed, type Trashed } from './trash.ts';

export type NewDatasetVersion = Omit<DatasetVersion, 'id' | 'datasetId' | 'version' | 'createdAt'>;
export type NewFinding = Omit<Finding, 'id' | 'datasetVersionId'>;

/** Many file systems take names that differ by case, or by how letters are composed, for one. */
const sameOnDisk = (folder: string): string => folder.normalize('NFC').toLowerCase();

export class DatasetReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** By name. */
  async list(): Promise<Dataset[]> {
    const query = this.db.selectFrom('datasets').selectAll().where('deletedAt', 'is', null);
    return (await query.orderBy('name').execute()).map(datasetCodec.decode);
  }

  /** Also where it is in the trash: runs on it still name it. */
  async get(id: string): Promise<Dataset | null> {
    const row = await this.db.selectFrom('datasets').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? datasetCodec.decode(row) : null;
  }

  async byName(name: string): Promise<Dataset | null> {
    const query = this.db.selectFrom('datasets').selectAll().where('name', '=', name);
    const row = await query.where('deletedAt', 'is', null).executeTakeFirst();
    return row ? datasetCodec.decode(row) : null;
  }

  /** The dataset that a person means by its name or its id. */
  async find(text: string): Promise<Dataset | null> {
    const query = this.db.selectFrom('datasets').selectAll().where('deletedAt', 'is', null);
    const row = await query
      .where((where) => where.or([where('name', '=', text), where('id', '=', text.toUpperCase())]))
      .orderBy(sql`name = ${text}`, 'desc')
      .executeTakeFirst();
    return row ? datasetCodec.decode(row) : null;
  }

  async trashed(): Promise<Trashed<Dataset>[]> {
    const query = this.db.selectFrom('datasets').selectAll().where('deletedAt', 'is not', null);
    return await listTrash(query, datasetCodec.decode);
  }

  /** Newest first. */
  async versions(datasetId: string): Promise<DatasetVersion[]> {
    const query = this.db.selectFrom('datasetVersions').selectAll().where('datasetId', '=', datasetId);
    return (await query.orderBy('version', 'desc').execute()).map(datasetVersionCodec.decode);
  }

  async version(id: string): Promise<DatasetVersion | null> {
    const row = await this.db.selectFrom('datasetVersions').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? datasetVersionCodec.decode(row) : null;
  }

  async latestVersion(datasetId: string): Promise<DatasetVersion | null> {
    const query = this.db.selectFrom('datasetVersions').selectAll().where('datasetId', '=', datasetId);
    const row = await query.orderBy('version', 'desc').limit(1).executeTakeFirst();
    return row ? datasetVersionCodec.decode(row) : null;
  }

  /** The version whose files stand in the folder; those of datasets in the trash, too. */
  async versionIn(folder: string): Promise<DatasetVersion | null> {
    const rows = await this.db.selectFrom('datasetVersions').select(['id', 'folder']).execute();
    const found = rows.find((row) => sameOnDisk(row.folder) === sameOnDisk(folder));
    return found ? this.version(found.id) : null;
  }

  async findings(datasetVersionId: string): Promise<Finding[]> {
    const query = this.db.selectFrom('findings').selectAll().where('datasetVersionId', '=', datasetVersionId);
    return (await query.orderBy('id').execute()).map(findingCodec.decode);
  }

  /**
   * How many trials the dataset's bars have seen, those of all its versions together: evaluations of models, and backtests.
   * Counted by the bars' content, whatever was deleted since and whatever name they were imported under. It feeds the deflated
   * Sharpe ratio (Bailey and Lopez de Prado, 2014), which asks how good the best of so many trials is by chance.
   */
  async trials(datasetId: string): Promise<number> {
    const contents = this.db.selectFrom('datasetVersions').select('contentHash').where('datasetId', '=', datasetId);
    const query = this.db.selectFrom('trials').select(({ fn }) => fn.countAll<number>().as('count'));
    return (await query.where('contentHash', 'in', contents).executeTakeFirstOrThrow()).count;
  }
}

export class DatasetWriter extends DatasetReader<WriteAccess> {
  /** The dataset of that name, made where there is none. */
  async ensure(name: string): Promise<Dataset> {
    const dataset = { id: newId(this.clock), name, notes: '', createdAt: this.clock.now() };
    const insert = this.db.insertInto('datasets').values(datasetCodec.encode(dataset));
    await insert.onConflict((conflict) => conflict.column('name').where('deletedAt', 'is', null).doNothing()).execute();
    const row = this.db.selectFrom('datasets').selectAll().where('name', '=', name).where('deletedAt', 'is', null);
    return datasetCodec.decode(await row.executeTakeFirstOrThrow());
  }

  /** Folders keep the name that they were imported under. @throws state/gone, state/name-taken */
  async update(id: string, patch: Partial<Pick<Dataset, 'name' | 'notes'>>): Promise<void> {
    await atomically(this.db, async (db) => {
      const bearer = patch.name === undefined ? null : await new DatasetReader(db, this.clock).byName(patch.name);
      if (bearer && bearer.id !== id) throw new AppError('state/name-taken', { what: 'dataset', name: bearer.name });
      const query = db.updateTable('datasets').set(datasetCodec.encodePatch(patch)).where('id', '=', id);
      requireUpdated(await query.executeTakeFirst(), 'dataset', id);
    });
  }

  /** @throws state/gone */
  async trash(id: string): Promise<void> {
    await moveToTrash(this.db, 'datasets', 'dataset', id, this.clock);
  }

  /** @throws state/gone, state/name-taken where another dataset bears its name by now */
  async restore(id: string): Promise<void> {
    await atomically(this.db, (db) => restoreNamed(db, 'datasets', 'dataset', id));
  }

  /** Adds the next version together with its findings. @param id where the caller needed it before, as for a folder's name */
  async addVersion(
    datasetId: string,
    version: NewDatasetVersion,
    findings: readonly NewFinding[] = [],
    id = newId(this.clock),
  ): Promise<DatasetVersion> {
    return await atomically(this.db, async (db) => {
      const latest = await new DatasetReader(db, this.clock).latestVersion(datasetId);
      const added = { ...version, id, datasetId, version: (latest?.version ?? 0) + 1, createdAt: this.clock.now() };
      await db.insertInto('datasetVersions').values(datasetVersionCodec.encode(added)).execute();
      for (const finding of findings) {
        const row = findingCodec.encode({ ...finding, id: newId(this.clock), datasetVersionId: id });
        await db.insertInto('findings').values(row).execute();
      }
      return added;
    });
  }

  /** Removes the dataset, its versions, findings and panels. A dataset that runs were trained on cannot be removed. */
  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('datasets').where('id', '=', id).execute();
  }
}
