// Owns telling clients what has been written: tables become topics, gathered for a moment and told to all who listen.
import type { Timer } from './job-supervisor.ts';

/** What is told at most this often; also how long a transaction has to end before its tables are asked for again. */
export const CHANGES_EVERY_MS = 250;

/** Tables that clients know under another name than their own. */
const TOPICS: Readonly<Record<string, string>> = {
  dataset_versions: 'datasets',
  saved_feature_sets: 'featureSets',
  metric_series: 'metrics',
  metric_points: 'metrics',
  trials: 'backtests',
};

/** dataset_versions -> datasets, phase_runs -> phaseRuns */
export function topicOf(table: string): string {
  return TOPICS[table] ?? table.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

export class ChangeFeed {
  readonly #timer: Timer;
  readonly #listeners = new Set<(topics: string[]) => void>();
  readonly #waiting = new Set<string>();
  /** By table: names repeat with every row written. */
  readonly #topics = new Map<string, string>();
  #cancel: (() => void) | undefined;

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  /** Of the database. */
  tableWritten(table: string): void {
    const topic = this.#topics.get(table) ?? topicOf(table);
    this.#topics.set(table, topic);
    this.changed(topic);
  }

  /** Of anything else that clients show: settings, disk. */
  changed(topic: string): void {
    this.#waiting.add(topic);
    if (this.#listeners.size > 0) this.#cancel ??= this.#timer(CHANGES_EVERY_MS, () => this.#tell());
  }

  /** Hears of changes from now on, until the returned function is called. */
  listen(listener: (topics: string[]) => void): () => void {
    if (this.#listeners.size === 0) this.#waiting.clear();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  #tell(): void {
    this.#cancel = undefined;
    const topics = [...this.#waiting].sort();
    this.#waiting.clear();
    for (const listener of this.#listeners) listener(topics);
  }
}
