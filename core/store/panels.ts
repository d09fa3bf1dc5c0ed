// Owns feature sets and the panels computed from them; both are known by content hash, so that work is never done twice.
import type { FeatureSet, Panel } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { Repository } from './repository.ts';
import { featureSetCodec, panelCodec, type ReadAccess, type WriteAccess } from './tables.ts';

export type NewFeatureSet = Omit<FeatureSet, 'id' | 'createdAt'>;
export type NewPanel = Omit<Panel, 'id' | 'createdAt'>;

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

  /** Those that no run was trained on. */
  async unused(): Promise<Panel[]> {
    const used = this.db.selectFrom('runs').select('panelId').where('panelId', 'is not', null);
    const query = this.db.selectFrom('panels').selectAll().where('id', 'not in', used);
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

  /** The panel of that hash, stored where it is new. */
  async ensure(panel: NewPanel): Promise<Panel> {
    const row = panelCodec.encode({ ...panel, id: newId(this.clock), createdAt: this.clock.now() });
    const insert = this.db.insertInto('panels').values(row);
    await insert.onConflict((conflict) => conflict.column('hash').doNothing()).execute();
    const stored = this.db.selectFrom('panels').selectAll().where('hash', '=', panel.hash);
    return panelCodec.decode(await stored.executeTakeFirstOrThrow());
  }

  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('panels').where('id', '=', id).execute();
  }
}
