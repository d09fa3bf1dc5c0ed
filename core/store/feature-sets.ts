// Owns the feature sets that users save by name. Those that panels were computed from stand in panels.ts.
import type { FeatureSet } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { atomically, Repository } from './repository.ts';
import { type ReadAccess, savedFeatureSetCodec, type WriteAccess } from './tables.ts';
import { listTrash, moveToTrash, restoreNamed, type Trashed } from './trash.ts';

export class FeatureSetReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** By name. */
  async list(): Promise<FeatureSet[]> {
    const query = this.db.selectFrom('savedFeatureSets').selectAll().where('deletedAt', 'is', null);
    return (await query.orderBy('name').execute()).map(savedFeatureSetCodec.decode);
  }

  async byName(name: string): Promise<FeatureSet | null> {
    const query = this.db.selectFrom('savedFeatureSets').selectAll().where('name', '=', name);
    const row = await query.where('deletedAt', 'is', null).executeTakeFirst();
    return row ? savedFeatureSetCodec.decode(row) : null;
  }

  async trashed(): Promise<Trashed<FeatureSet>[]> {
    const query = this.db.selectFrom('savedFeatureSets').selectAll().where('deletedAt', 'is not', null);
    return await listTrash(query, savedFeatureSetCodec.decode);
  }
}

export class FeatureSetWriter extends FeatureSetReader<WriteAccess> {
  /** Stores the choice under its name, in place of the one that bore it. */
  async save(set: Pick<FeatureSet, 'name' | 'hash' | 'names'>): Promise<FeatureSet> {
    return await atomically(this.db, async (db) => {
      const known = await new FeatureSetReader(db, this.clock).byName(set.name);
      const saved: FeatureSet = {
        ...set,
        id: known?.id ?? newId(this.clock),
        parameters: {},
        createdAt: known?.createdAt ?? this.clock.now(),
      };
      const row = savedFeatureSetCodec.encode(saved);
      if (known) await db.updateTable('savedFeatureSets').set(row).where('id', '=', known.id).execute();
      else await db.insertInto('savedFeatureSets').values(row).execute();
      return saved;
    });
  }

  /** @throws state/gone */
  async trash(id: string): Promise<void> {
    await moveToTrash(this.db, 'savedFeatureSets', 'feature set', id, this.clock);
  }

  /** @throws state/gone, state/name-taken */
  async restore(id: string): Promise<void> {
    await atomically(this.db, (db) => restoreNamed(db, 'savedFeatureSets', 'feature set', id));
  }

  /** Removes the row for good. */
  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('savedFeatureSets').where('id', '=', id).execute();
  }
}
