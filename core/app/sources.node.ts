// Owns what a host knows of sources of data: opening one with the user's key, what keys were found to entitle to, and what was fetched last.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import { type Clock, fromEpochDay } from '../base/clock.ts';
import { AppError, serializeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { pauseFor } from '../base/pause.node.ts';
import { type EntitlementView, FETCH_TABLES, type FetchedView, type SourceView } from '../contract/views/sources.ts';
import type { RequestNote } from '../contract/worker.ts';
import { openSource, SOURCE_NAMES } from '../data/sources/registry.node.ts';
import type { Entitlement, FetchRequest, Source, TableAccess } from '../data/sources/source.ts';
import type { KeyStore } from './key-store.ts';
import { workspacePaths } from './paths.ts';
import { waitText } from './wait-text.ts';

/** What a probe found is believed for this long: plans change, and the days that they cover move on. */
const ENTITLEMENT_MS = 12 * 3_600_000;
const MINUTE_MS = 60_000;

/** How a dataset was fetched last; kept beside the downloads, never with a key. */
export interface FetchRecord {
  readonly datasetId: string;
  readonly request: FetchRequest;
  readonly repairs: readonly string[];
  readonly fetchedAt: number;
  readonly version: number;
}

export interface SourcesOptions {
  readonly workspace: string;
  readonly clock: Clock;
  readonly keys: KeyStore;
  /** Other addresses than the sources' own, by name. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Told what is waited for. */
  readonly log: Log;
}

export class Sources {
  readonly keys: KeyStore;
  readonly #options: SourcesOptions;
  /** By source: when requests were sent within the last minute, by this host and its workers. */
  readonly #sent = new Map<string, number[]>();

  constructor(options: SourcesOptions) {
    this.keys = options.keys;
    this.#options = options;
  }

  addressOf(name: string): string | undefined {
    return this.#options.addresses?.[name];
  }

  /** @throws source/unknown */
  require(name: string): Source {
    return openSource(
      name,
      this.#context(null, () => {}),
    );
  }

  /**
   * A source that asks with the user's key.
   * @param note hears of every request
   * @throws source/unknown, source/no-key, source/key-readable, source/key-damaged
   */
  open(
    name: string,
    options: Readonly<Record<string, string>>,
    note: (request: RequestNote) => void,
    purpose: string,
  ): Source {
    const key = this.keyFor(name);
    const onRequest = (request: Omit<RequestNote, 'purpose'>): void => {
      this.countRequest(name);
      note({ ...request, purpose });
    };
    const [entitlement, spent] = [this.entitlementOf(name) ?? undefined, this.spent(name)];
    return openSource(name, {
      ...this.#context(key, onRequest),
      options,
      entitlement,
      spent,
      baseUrl: this.addressOf(name),
      onWait: (reason, milliseconds) => {
        const text = waitText(name, reason, milliseconds);
        if (text) this.#options.log('warn', text);
      },
    });
  }

  /** null where the source needs none. @throws source/unknown, source/no-key, source/key-readable, source/key-damaged */
  keyFor(name: string): string | null {
    const { needsKey } = this.require(name);
    const key = needsKey ? this.keys.get(name) : null;
    if (needsKey && key === null) throw new AppError('source/no-key', { source: name });
    return key;
  }

  #context(key: string | null, onRequest: (request: Omit<RequestNote, 'purpose'>) => void) {
    return { key, clock: this.#options.clock, pause: pauseFor, onRequest };
  }

  countRequest(name: string): void {
    const now = this.#options.clock.now();
    this.#sent.set(name, [...(this.#sent.get(name) ?? []).filter((time) => time > now - MINUTE_MS), now]);
  }

  /** Requests of the last minute. */
  spent(name: string): number {
    const since = this.#options.clock.now() - MINUTE_MS;
    return (this.#sent.get(name) ?? []).filter((time) => time > since).length;
  }

  /** As last probed, where that was lately. */
  entitlementOf(name: string): Entitlement | null {
    const entitlement = this.#read<Entitlement>(workspacePaths.entitlement(name));
    const fresh = entitlement !== null && entitlement.probedAt > this.#options.clock.now() - ENTITLEMENT_MS;
    return fresh ? entitlement : null;
  }

  keepEntitlement(name: string, entitlement: Entitlement | null): void {
    const path = workspacePaths.entitlement(name);
    if (entitlement === null) rmSync(join(this.#options.workspace, path), { force: true });
    else this.#write(path, entitlement);
  }

  recordOf(name: string, dataset: string): FetchRecord | null {
    return this.#read(workspacePaths.fetchRecord(name, dataset));
  }

  keepRecord(name: string, dataset: string, record: FetchRecord): void {
    this.#write(workspacePaths.fetchRecord(name, dataset), record);
  }

  /** What was fetched from a source, newest first. */
  records(name: string): FetchRecord[] {
    return this.#fetched(name)
      .map((dataset) => this.recordOf(name, dataset))
      .filter((record) => record !== null)
      .sort((a, b) => b.fetchedAt - a.fetchedAt);
  }

  /** Deletes what was made for imports of datasets that are gone for good; parts stay, since others may be made of them. */
  forgetOthers(datasetIds: ReadonlySet<string>): void {
    for (const name of SOURCE_NAMES)
      for (const dataset of this.#fetched(name)) {
        const record = this.recordOf(name, dataset);
        if (record && datasetIds.has(record.datasetId)) continue;
        for (const path of [workspacePaths.downloadedFiles(name, dataset), workspacePaths.fetchRecord(name, dataset)])
          rmSync(join(this.#options.workspace, path), { recursive: true, force: true });
      }
  }

  /** Names of the datasets that there are records of. */
  #fetched(name: string): string[] {
    const folder = join(this.#options.workspace, workspacePaths.fetchRecord(name, ''), '..');
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []));
  }

  /** @param datasetName what a dataset is called now; null where it is gone @param jobOf the download that runs */
  views(datasetName: (id: string) => string | null, jobOf: (source: string) => string | null): SourceView[] {
    return SOURCE_NAMES.map((name) => {
      const { tables, options = [], needsKey } = this.require(name);
      const entitlement = this.entitlementOf(name);
      const fetched = this.records(name).flatMap((record) => {
        const dataset = datasetName(record.datasetId);
        return dataset === null ? [] : [fetchedView(dataset, record)];
      });
      return {
        name,
        tables: [...tables],
        options: [...options],
        needsKey,
        ...this.#keyState(name),
        keyPlace: this.keys.place,
        entitlement: entitlement && entitlementView(entitlement),
        fetched,
        jobId: jobOf(name),
      };
    });
  }

  #keyState(name: string): Pick<SourceView, 'keyStored' | 'keyProblem'> {
    try {
      return { keyStored: this.keys.has(name), keyProblem: null };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { keyStored: false, keyProblem: serializeError(error) };
    }
  }

  /** null where there is none, and where it cannot be read: then it is as good as none. */
  #read<T>(path: string): T | null {
    try {
      return JSON.parse(readFileSync(join(this.#options.workspace, path), 'utf8')) as T;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  #write(path: string, value: object): void {
    writeFileAtomic(join(this.#options.workspace, path), `${JSON.stringify(value, null, 1)}\n`);
  }
}

export function entitlementView({ plan, requestsPerMinute, probedAt, tables }: Entitlement): EntitlementView {
  const day = (value: number | null): string | null => (value === null ? null : fromEpochDay(value));
  const named = FETCH_TABLES.flatMap((table) => {
    const access: TableAccess | undefined = tables[table];
    if (!access) return [];
    return [
      access.open
        ? { table, closed: null, from: day(access.from), to: day(access.to) }
        : { table, closed: access.reason, from: null, to: null },
    ];
  });
  return { plan, requestsPerMinute, probedAt, tables: named };
}

function fetchedView(dataset: string, { request, fetchedAt, version }: FetchRecord): FetchedView {
  return {
    dataset,
    version,
    tables: [...request.tables],
    codes: request.codes?.length ?? null,
    from: fromEpochDay(request.from),
    to: fromEpochDay(request.to),
    options: { ...request.options },
    fetchedAt,
  };
}
