// Owns what the host answered last, so that a page that is opened again shows it at once. An answer is forgotten as soon as anything that
// it was made of is written: what is remembered is never older than what an open page would show.

/** Pages ask for a few things each; what they showed long ago may be fetched again. */
const MOST = 60;

export class Answers {
  readonly #kept = new Map<string, { topics: readonly string[]; answer: unknown }>();
  readonly #coming = new Map<string, { topics: readonly string[]; answer: Promise<unknown> }>();

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

  /** The answer that is kept, else what `ask` answers, which is kept unless one of `topics` is written meanwhile. */
  async fetch(key: string, topics: readonly string[], ask: () => Promise<unknown>): Promise<unknown> {
    const kept = this.#kept.get(key);
    if (kept) return kept.answer;
    const known = this.#coming.get(key);
    if (known) return await known.answer;
    const own = { topics, answer: ask() };
    this.#coming.set(key, own);
    try {
      const answer = await own.answer;
      if (this.#coming.get(key) === own) this.keep(key, topics, answer);
      return answer;
    } finally {
      if (this.#coming.get(key) === own) this.#coming.delete(key);
    }
  }

  /** What is being fetched, for whoever would ask for the same. */
  coming(key: string): Promise<unknown> | undefined {
    return this.#coming.get(key)?.answer;
  }

  /** These topics were written. */
  forget(changed: readonly string[]): void {
    for (const known of [this.#kept, this.#coming])
      for (const [key, { topics }] of known) if (topics.some((topic) => changed.includes(topic))) known.delete(key);
  }

  clear(): void {
    this.#kept.clear();
    this.#coming.clear();
  }
}
