// Owns what the host answered last, so that a page that is opened again shows it at once. An answer is forgotten as soon as anything that
// it was made of is written: what is remembered is never older than what an open page would show.

/** Pages ask for a few things each; what they showed long ago may be fetched again. */
const MOST = 40;

export class Answers {
  readonly #kept = new Map<string, { topics: readonly string[]; answer: unknown }>();

  get(key: string): unknown {
    return this.#kept.get(key)?.answer;
  }

  /** @param topics of what it was made (see workspace.changes) */
  keep(key: string, topics: readonly string[], answer: unknown): void {
    this.#kept.delete(key);
    this.#kept.set(key, { topics, answer });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
  }

  /** These topics were written. */
  forget(changed: readonly string[]): void {
    for (const [key, { topics }] of this.#kept)
      if (topics.some((topic) => changed.includes(topic))) this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }
}
