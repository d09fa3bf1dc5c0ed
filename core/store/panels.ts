// Owns feature sets and the panels computed from them; both are known by content hash, so that work is never done twice.
import { sql } from 'kysely';
import type { FeatureSet, Panel } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { idPattern, Repository } from './repository.ts';
import { featureSetCodec, panelCodec, type ReadAccess, type WriteAccess } from './tables.ts';

export type NewFeatureSet = Omit<FeatureSet, 'id' | 'createdAt'>;
export type NewPanel = Omit<Panel, 'id' | 'createdAt'>;

export interface ListedPanel {
  readonly panel: Panel;
  /** Name of the dataset, and number of its version. */
  readonly dataset: string;
  readonly version: number;
  /** Name of the feature set, and the features in it. */
  readonly featureSet: string;
  readonly names: readonly string[];
}

export class PanelReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  async get(id: string): Promise<Panel | null> {
    const row = await this.db.selectFrom('panels').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? panelCodec.decode(row) : null;
  }

  async byHash(hash: string): Promise<Panel | null> {
    const row = await this.db.selectFrom('panels').selectAll().where('hash', '=', hash).executeTakeFirst();
    return row ? panelCodec.decode(row) : null;
  }

  /** Newest first. */
  async ofVersion(datasetVersionId: string): Promise<Panel[]> {
    const query = this.db.selectFrom('panels').selectAll().where('datasetVersionId', '=', datasetVersionId);
    return (await query.orderBy('id', 'desc').execute()).map(panelCodec.decode);
  }

  /** The panel that a person means by its id, the end of it, or its hash. */
  async find(text: string): Promise<Panel | null> {
    const query = this.db.selectFrom('panels').selectAll();
    const row = await query
      .where((where) => where.or([where('id', 'like', idPattern(text) ?? ''), where('hash', '=', text)]))
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? panelCodec.decode(row) : null;
  }

  /**
   * Newest first, each with the newest version that holds its bars, of a dataset that is not in the trash: bars that were imported
   * again, under another name or after a deletion, still have the panel that was built from them.
   */
  async list(datasetId?: string): Promise<ListedPanel[]> {
    let query = this.db
      .selectFrom('panels')
      .innerJoin('datasetVersions as built', 'built.id', 'panels.datasetVersionId')
      .innerJoin('datasetVersions as held', 'held.contentHash', 'built.contentHash')
      .innerJoin('datasets', 'datasets.id', 'held.datasetId')
      .innerJoin('featureSets', 'featureSets.id', 'panels.featureSetId')
      .where('datasets.deletedAt', 'is', null);
    if (datasetId !== undefined) query = query.where('datasets.id', '=', datasetId);
    const rows = await query
      .selectAll('panels')
      .select(['datasets.name as dataset', 'held.version', 'featureSets.name as featureSet', 'featureSets.names'])
      .select(({ fn }) => fn.max('held.id').as('newest')) // SQLite takes the other columns from the row of the maximum
      .groupBy('panels.id')
      .orderBy('panels.id', 'desc')
      .execute();
    return rows.map(({ dataset, version, featureSet, names, newest: _, ...panel }) => ({
      panel: panelCodec.decode(panel),
      dataset,
      version,
      featureSet,
      names: JSON.parse(names) as string[],
    }));
  }

  /** Those that no run was trained on, nor was begun on: another version of Phasor may not be able to build them again. */
  async unused(): Promise<Panel[]> {
    const used = this.db.selectFrom('runs').select('panelId').where('panelId', 'is not', null);
    const begun = this.db.selectFrom('runs').select(sql<string>`coalesce(lineage ->> '$.panel', '')`.as('panel'));
    const query = this.db.selectFrom('panels').selectAll().where('id', 'not in', used).where('hash', 'not in', begun);
    return (await query.execute()).map(panelCodec.decode);
  }

  async featureSet(id: string): Promise<FeatureSet | null> {
    const row = await this.db.selectFrom('featureSets').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? featureSetCodec.decode(row) : null;
  }
}

export class PanelWriter extends PanelReader<WriteAccess> {
  /** The feature set of that hash, stored where it is new. */
  async ensureFeatureSet(featureSet: NewFeatureSet): Promise<FeatureSet> {
    const row = featureSetCodec.encode({ ...featureSet, id: newId(this.clock), createdAt: this.clock.now() });
    const insert = this.db.insertInto('featureSets').values(row);
    await insert.onConflict((conflict) => conflict.column('hash').doNothing()).execute();
    const stored = this.db.selectFrom('featureSets').selectAll().where('hash', '=', featureSet.hash);
    return featureSetCodec.decode(await stored.executeTakeFirstOrThrow());
  }

  /** The panel of that hash, stored where it is new. It goes with the dataset version that asked for it last: its bars are the same. */
  async ensure(panel: NewPanel): Promise<Panel> {
    const { datasetVersionId } = panel;
    const row = panelCodec.encode({ ...panel, id: newId(this.clock), createdAt: this.clock.now() });
    const insert = this.db.insertInto('panels').values(row);
    await insert.onConflict((conflict) => conflict.column('hash').doUpdateSet({ datasetVersionId })).execute();
    const stored = this.db.selectFrom('panels').selectAll().where('hash', '=', panel.hash);
    return panelCodec.decode(await stored.executeTakeFirstOrThrow());
  }

  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('panels').where('id', '=', id).execute();
  }
}
