// Owns runs and their phase runs.
import { sql } from 'kysely';
import type { SerializedError } from '../base/errors.ts';
import type { Figures, PhaseRun, Run, RunStatus } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { atomically, idPattern, type Page, PAGE_LIMIT, Repository, requireUpdated, statusPatch } from './repository.ts';
import { phaseRunCodec, type ReadAccess, runCodec, type WriteAccess } from './tables.ts';
import { listTrash, moveToTrash, restoreNamed, type Trashed } from './trash.ts';

export interface RunFilter extends Page {
  datasetId?: string;
  datasetVersionId?: string;
  status?: readonly RunStatus[];
  tag?: string;
  star?: boolean;
  /** Found in name or notes. */
  text?: string;
}

export type NewRun = Pick<
  Run,
  | 'name'
  | 'datasetVersionId'
  | 'panelId'
  | 'config'
  | 'configHash'
  | 'engine'
  | 'seed'
  | 'phases'
  | 'folder'
  | 'lineage'
  | 'tags'
  | 'notes'
>;
export type RunPatch = Partial<
  Pick<Run, 'name' | 'panelId' | 'config' | 'configHash' | 'engine' | 'lineage' | 'tags' | 'notes' | 'star' | 'summary'>
>;
export type NewPhaseRun = Pick<
  PhaseRun,
  'runId' | 'phase' | 'position' | 'config' | 'configHash' | 'parentCheckpointId'
>;
export type PhaseRunPatch = Partial<
  Pick<PhaseRun, 'parentCheckpointId' | 'bestCheckpointId' | 'bestEpoch' | 'epochs' | 'metrics' | 'verdict'>
>;

/** A phase that has ended, with the size of what it was trained on. */
export interface MeasuredPhase {
  id: string;
  /** YAML */
  config: string;
  metrics: Figures;
  /** Bars and trading days of the dataset. */
  rows: number;
  days: number;
}

/** A run without its whole config, with what lists show beside it. */
export type RunEntry = Omit<Run, 'config'> & {
  /** Name of the dataset. */
  dataset: string;
  synthetic: boolean;
  /** The line of the config that says the mode. */
  modeLine: string;
};

/** The line of a run's config that says the mode, without the rest, which is long. */
export const modeLine = sql<string>`substr(runs.config, instr(char(10) || runs.config, char(10) || 'mode:'), 60)`;

/** All but the config, which is long. */
const ENTRY_COLUMNS = [
  'runs.id',
  'runs.name',
  'runs.datasetVersionId',
  'runs.panelId',
  'runs.status',
  'runs.configHash',
  'runs.engine',
  'runs.seed',
  'runs.phases',
  'runs.folder',
  'runs.lineage',
  'runs.tags',
  'runs.notes',
  'runs.star',
  'runs.summary',
  'runs.outcome',
  'runs.createdAt',
  'runs.startedAt',
  'runs.endedAt',
] as const;

export class RunReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** Newest first, for lists. */
  async entries({ limit = PAGE_LIMIT }: Page = {}): Promise<RunEntry[]> {
    const rows = await this.db
      .selectFrom('runs')
      .innerJoin('datasetVersions', 'datasetVersions.id', 'runs.datasetVersionId')
      .innerJoin('datasets', 'datasets.id', 'datasetVersions.datasetId')
      .where('runs.deletedAt', 'is', null)
      .select(ENTRY_COLUMNS)
      .select(['datasets.name as dataset', 'datasetVersions.synthetic'])
      .select(modeLine.as('modeLine'))
      .orderBy('runs.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ dataset, synthetic, modeLine, ...row }) => {
      const { config: _, ...run } = runCodec.decode({ ...row, config: '', deletedAt: null });
      return { ...run, dataset, synthetic: synthetic !== 0, modeLine };
    });
  }

  /** Newest first. */
  async list(filter: RunFilter = {}): Promise<Run[]> {
    let query = this.db.selectFrom('runs').selectAll().where('deletedAt', 'is', null);
    const { datasetId, datasetVersionId, status, tag, star, text, before } = filter;
    if (datasetId !== undefined) {
      const versions = this.db.selectFrom('datasetVersions').select('id').where('datasetId', '=', datasetId);
      query = query.where('datasetVersionId', 'in', versions);
    }
    if (datasetVersionId !== undefined) query = query.where('datasetVersionId', '=', datasetVersionId);
    if (status !== undefined) query = query.where('status', 'in', status);
    if (tag !== undefined)
      query = query.where(sql<boolean>`exists (select 1 from json_each(tags) where value = ${tag})`);
    if (star !== undefined) query = query.where('star', '=', Number(star));
    if (text !== undefined)
      query = query.where(sql<boolean>`instr(lower(name || char(10) || notes), lower(${text})) > 0`);
    if (before !== undefined) query = query.where('id', '<', before);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(filter.limit ?? PAGE_LIMIT)
      .execute();
    return rows.map(runCodec.decode);
  }

  /** Also where it is in the trash. */
  async get(id: string): Promise<Run | null> {
    const row = await this.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? runCodec.decode(row) : null;
  }

  /** The run that a person means by its name (the newest of that name), its id or the last letters of its id. */
  async find(text: string): Promise<Run | null> {
    const pattern = idPattern(text);
    const row = await this.db
      .selectFrom('runs')
      .selectAll()
      .where('deletedAt', 'is', null)
      .where((where) =>
        pattern === null
          ? where('name', '=', text)
          : where.or([where('name', '=', text), where('id', 'like', pattern)]),
      )
      .orderBy(sql`name = ${text}`, 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? runCodec.decode(row) : null;
  }

  async trashed(): Promise<Trashed<Run>[]> {
    const query = this.db.selectFrom('runs').selectAll().where('deletedAt', 'is not', null);
    return await listTrash(query, runCodec.decode);
  }

  /** Folders of the run's own, of its checkpoints, evaluations and backtests; those in the trash too. */
  async folders(id: string): Promise<string[]> {
    const checkpoints = this.db.selectFrom('checkpoints').where('runId', '=', id);
    const rows = await this.db
      .selectFrom('runs')
      .where('id', '=', id)
      .select('folder')
      .union(checkpoints.select('folder'))
      .union(
        this.db
          .selectFrom('evaluations')
          .where('runId', '=', id)
          .select(sql<string>`coalesce(folder, '')`.as('folder')),
      )
      .union(this.db.selectFrom('backtests').where('checkpointId', 'in', checkpoints.select('id')).select('folder'))
      .execute();
    return rows.flatMap(({ folder }) => (folder === '' ? [] : [folder]));
  }

  /** Whether any run, in the trash or not, stands on a dataset: on one of its versions, or on a panel made of one. */
  async standOn(datasetId: string): Promise<boolean> {
    const versions = this.db.selectFrom('datasetVersions').select('id').where('datasetId', '=', datasetId);
    const panels = this.db.selectFrom('panels').select('id').where('datasetVersionId', 'in', versions);
    const query = this.db.selectFrom('runs').select('id');
    const found = query.where((where) =>
      where.or([where('datasetVersionId', 'in', versions), where('panelId', 'in', panels)]),
    );
    return (await found.limit(1).executeTakeFirst()) !== undefined;
  }

  /** The newest phases that have ended with an engine. */
  async measuredPhases(engine: string, limit: number): Promise<MeasuredPhase[]> {
    const rows = await this.db
      .selectFrom('phaseRuns')
      .innerJoin('runs', 'runs.id', 'phaseRuns.runId')
      .innerJoin('datasetVersions', 'datasetVersions.id', 'runs.datasetVersionId')
      .where('runs.engine', '=', engine)
      .where('phaseRuns.status', '=', 'finished')
      .where('phaseRuns.metrics', 'is not', null)
      .select(['phaseRuns.id', 'phaseRuns.config', 'phaseRuns.metrics', 'datasetVersions.rows', 'datasetVersions.days'])
      .orderBy('phaseRuns.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ metrics, ...row }) => ({ ...row, metrics: JSON.parse(metrics ?? '{}') as Figures }));
  }

  /** What the newest run that ended was computed with; null where none has. */
  async lastEngine(): Promise<string | null> {
    const query = this.db.selectFrom('runs').select('engine').where('status', '=', 'finished');
    return (await query.orderBy('id', 'desc').limit(1).executeTakeFirst())?.engine ?? null;
  }

  /** Every run's name by its id, for lists of what belongs to runs. */
  async names(): Promise<Map<string, string>> {
    const rows = await this.db.selectFrom('runs').select(['id', 'name']).execute();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** In the order of the run. */
  async phases(runId: string): Promise<PhaseRun[]> {
    const query = this.db.selectFrom('phaseRuns').selectAll().where('runId', '=', runId);
    return (await query.orderBy('position').execute()).map(phaseRunCodec.decode);
  }

  async phase(id: string): Promise<PhaseRun | null> {
    const row = await this.db.selectFrom('phaseRuns').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? phaseRunCodec.decode(row) : null;
  }
}

export class RunWriter extends RunReader<WriteAccess> {
  /** @param id where the caller needed it before, as for the name of the run's folder */
  async create(run: NewRun, id = newId(this.clock)): Promise<Run> {
    const added: Run = {
      ...run,
      id,
      status: 'queued',
      star: false,
      summary: null,
      outcome: null,
      createdAt: this.clock.now(),
      startedAt: null,
      endedAt: null,
    };
    await this.db.insertInto('runs').values(runCodec.encode(added)).execute();
    return added;
  }

  async update(id: string, patch: RunPatch): Promise<void> {
    const row = runCodec.encodePatch(patch);
    if (Object.keys(row).length === 0) return;
    const query = this.db.updateTable('runs').set(row).where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'run', id);
  }

  /** Keeps the times that go with the status. @param outcome why, where it is not as hoped */
  async setStatus(id: string, status: RunStatus, outcome: SerializedError | null = null): Promise<void> {
    const patch = statusPatch(status, outcome, this.clock.now());
    const query = this.db.updateTable('runs').set(patch).where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'run', id);
  }

  /** Hides the run, its checkpoints and their backtests. @throws state/gone */
  async trash(id: string): Promise<void> {
    await moveToTrash(this.db, 'runs', 'run', id, this.clock);
  }

  /** @throws state/gone, state/name-taken where another run bears its name by now */
  async restore(id: string): Promise<void> {
    await atomically(this.db, (db) => restoreNamed(db, 'runs', 'run', id));
  }

  /** Removes the run with its phase runs, curves, checkpoints, evaluations and backtests. The folders are the caller's. */
  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('runs').where('id', '=', id).execute();
  }

  async addPhase(phase: NewPhaseRun, id = newId(this.clock)): Promise<PhaseRun> {
    const added: PhaseRun = {
      ...phase,
      id,
      status: 'queued',
      bestCheckpointId: null,
      bestEpoch: null,
      epochs: 0,
      metrics: null,
      verdict: null,
      outcome: null,
      startedAt: null,
      endedAt: null,
    };
    await this.db.insertInto('phaseRuns').values(phaseRunCodec.encode(added)).execute();
    return added;
  }

  async updatePhase(id: string, patch: PhaseRunPatch): Promise<void> {
    const query = this.db.updateTable('phaseRuns').set(phaseRunCodec.encodePatch(patch)).where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'phase run', id);
  }

  async setPhaseStatus(id: string, status: RunStatus, outcome: SerializedError | null = null): Promise<void> {
    const patch = statusPatch(status, outcome, this.clock.now());
    const query = this.db.updateTable('phaseRuns').set(patch).where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'phase run', id);
  }
}
