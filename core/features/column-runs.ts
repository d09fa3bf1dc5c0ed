// Owns dealing columns out to threads: each has a stretch of one order, and who is done takes the end of another's.

interface Run {
  /** The next of the order that its thread begins. */
  at: number;
  end: number;
}

/**
 * What follows on a column in the order often builds on it, so a thread that goes along the order computes little of what another computes,
 * too. Columns count alike here; that some take ten times as long is evened out by whoever is done sooner.
 */
export class ColumnRuns {
  readonly #order: readonly string[];
  readonly #usesOf: (name: string) => readonly string[];
  readonly #runs: Run[];

  constructor(order: readonly string[], usesOf: (name: string) => readonly string[], threads: number) {
    this.#order = order;
    this.#usesOf = usesOf;
    this.#runs = Array.from({ length: threads }, (_, i) => ({ at: 0, end: i === 0 ? order.length : 0 }));
  }

  /**
   * What the thread is to compute now, to whom each column is given once.
   * @returns undefined when nothing is left that it would have done sooner than those who have it; `run` where a new stretch begins, all of it
   */
  next(thread: number): { readonly name: string; readonly run?: readonly string[] } | undefined {
    const own = this.#runs[thread];
    // At 0 is only the whole list, before anybody has begun.
    if (own.at < own.end && own.at > 0) return { name: this.#order[own.at++] };
    if (own.at === own.end) this.#take(own);
    if (own.at === own.end) return undefined;
    const run = this.#order.slice(own.at, own.end);
    own.at++;
    return { name: run[0], run };
  }

  /** Moves the end of another's run here: the one, and as much of it, that most is gained by. */
  #take(own: Run): void {
    let best: { run: Run; cut: number; gain: number } | undefined;
    for (const run of this.#runs) {
      const { cut, gain } = this.#cutOf(run);
      if (gain > (best?.gain ?? 0)) best = { run, cut, gain };
    }
    if (!best) return;
    [own.at, own.end] = [best.cut, best.run.end];
    best.run.end = best.cut;
  }

  /** Where to cut a run, so that both are done soonest: its owner with what it is at and the rest, the other with what it has to compute again. */
  #cutOf({ at, end }: Run): { cut: number; gain: number } {
    const alone = end - at + 1;
    let best = { cut: end, gain: 0 };
    const computed = new Set<string>();
    const compute = (name: string): void => {
      if (computed.has(name)) return;
      computed.add(name);
      for (const used of this.#usesOf(name)) compute(used);
    };
    for (let cut = end - 1; cut >= at; cut--) {
      compute(this.#order[cut]);
      const gain = alone - Math.max(cut - at + 1, computed.size);
      if (gain > best.gain) best = { cut, gain };
    }
    return best;
  }
}
