// Owns jobs (what workers were asked to do) and events (the workspace's history).
import { sql } from 'kysely';
import type { SerializedError } from '../base/errors.ts';
import type { Event, Job, RunStatus } from '../contract/entities.ts';
import { newId } from '../contract/id.ts';
import { type Page, PAGE_LIMIT, Repository, requireUpdated, statusPatch } from './repository.ts';
import { eventCodec, jobCodec, type ReadAccess, type WriteAccess } from './tables.ts';

export interface JobFilter extends Page {
  status?: readonly RunStatus[];
  runId?: string;
}
export interface EventFilter extends Page {
  subjectId?: string;
  kind?: string;
  /** All kinds but this. */
  notKind?: string;
}

/** A call of the contract that started a job. */
export interface JobCall {
  name: string;
  input: unknown;
}
/** A job without what its worker was started with, which is long. */
export type JobEntry = Omit<Job, 'spec'> & { call: JobCall | null };

export type NewJob = Pick<Job, 'kind' | 'spec' | 'runId'>;
export type NewEvent = Omit<Event, 'id' | 'time'>;

export class JobReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** Newest first. */
  async list(filter: JobFilter = {}): Promise<Job[]> {
    let query = this.db.selectFrom('jobs').selectAll();
    if (filter.status !== undefined) query = query.where('status', 'in', filter.status);
    if (filter.runId !== undefined) query = query.where('runId', '=', filter.runId);
    if (filter.before !== undefined) query = query.where('id', '<', filter.before);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(filter.limit ?? PAGE_LIMIT)
      .execute();
    return rows.map(jobCodec.decode);
  }

  /** Newest first, for lists. */
  async entries({ limit = PAGE_LIMIT }: Page = {}): Promise<JobEntry[]> {
    const query = this.db
      .selectFrom('jobs')
      .select(['id', 'kind', 'status', 'runId', 'pid', 'progress', 'outcome', 'createdAt', 'startedAt', 'endedAt'])
      .select(sql<string | null>`json_extract(spec, '$.call')`.as('call'));
    const rows = await query.orderBy('id', 'desc').limit(limit).execute();
    return rows.map(({ call, ...row }) => {
      const { spec: _, ...job } = jobCodec.decode({ ...row, spec: '{}' });
      return { ...job, call: call === null ? null : (JSON.parse(call) as JobCall) };
    });
  }

  async get(id: string): Promise<Job | null> {
    const row = await this.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? jobCodec.decode(row) : null;
  }
}

export class JobWriter extends JobReader<WriteAccess> {
  async create(job: NewJob, id = newId(this.clock)): Promise<Job> {
    const added: Job = {
      ...job,
      id,
      status: 'queued',
      pid: null,
      progress: null,
      outcome: null,
      createdAt: this.clock.now(),
      startedAt: null,
      endedAt: null,
    };
    await this.db.insertInto('jobs').values(jobCodec.encode(added)).execute();
    return added;
  }

  async update(id: string, patch: Partial<Pick<Job, 'runId' | 'pid' | 'progress'>>): Promise<void> {
    const query = this.db.updateTable('jobs').set(jobCodec.encodePatch(patch)).where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'job', id);
  }

  /** Keeps, within its spec, the call that started the job, so that it can be made again. */
  async rememberCall(id: string, call: JobCall): Promise<void> {
    const query = this.db
      .updateTable('jobs')
      .set({ spec: sql<string>`json_set(spec, '$.call', json(${JSON.stringify(call)}))` })
      .where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'job', id);
  }

  async setStatus(id: string, status: RunStatus, outcome: SerializedError | null = null): Promise<void> {
    const patch = statusPatch(status, outcome, this.clock.now());
    const query = this.db.updateTable('jobs').set(patch).where('id', '=', id);
    requireUpdated(await query.executeTakeFirst(), 'job', id);
  }
}

export class EventReader<Access extends ReadAccess = ReadAccess> extends Repository<Access> {
  /** Newest first. */
  async list(filter: EventFilter = {}): Promise<Event[]> {
    let query = this.db.selectFrom('events').selectAll();
    if (filter.subjectId !== undefined) query = query.where('subjectId', '=', filter.subjectId);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.notKind !== undefined) query = query.where('kind', '<>', filter.notKind);
    if (filter.before !== undefined) query = query.where('id', '<', filter.before);
    const rows = await query
      .orderBy('id', 'desc')
      .limit(filter.limit ?? PAGE_LIMIT)
      .execute();
    return rows.map(eventCodec.decode);
  }
}

export class EventWriter extends EventReader<WriteAccess> {
  async add(event: NewEvent): Promise<Event> {
    const added = { ...event, id: newId(this.clock), time: this.clock.now() };
    await this.db.insertInto('events').values(eventCodec.encode(added)).execute();
    return added;
  }
}
