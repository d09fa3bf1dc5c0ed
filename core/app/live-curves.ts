// Owns the points of running runs between their arrival and their being stored, so that whoever watches a curve misses none.
import type { MetricPoint } from '../contract/entities.ts';

type Listener = (points: readonly MetricPoint[]) => void;

export class LiveCurves {
  readonly #runs = new Map<string, { unwritten: MetricPoint[]; listeners: Set<Listener> }>();

  /** Points have arrived. */
  add(runId: string, points: readonly MetricPoint[]): void {
    const run = this.#of(runId);
    run.unwritten.push(...points);
    for (const listener of run.listeners) listener(points);
  }

  /** Points that `write` stores. They count as unwritten until it has. */
  async store(runId: string, write: (points: readonly MetricPoint[]) => Promise<void>): Promise<void> {
    const run = this.#of(runId);
    const points = [...run.unwritten];
    await write(points);
    run.unwritten.splice(0, points.length);
    this.#settle(runId);
  }

  /**
   * Hears of every point that is not stored yet, at once and from now on. Who reads the store after this call has all points,
   * some of them perhaps twice.
   */
  watch(runId: string, listener: Listener): () => void {
    const run = this.#of(runId);
    if (run.unwritten.length > 0) listener(run.unwritten);
    run.listeners.add(listener);
    return () => {
      run.listeners.delete(listener);
      this.#settle(runId);
    };
  }

  #of(runId: string) {
    const run = this.#runs.get(runId) ?? { unwritten: [], listeners: new Set<Listener>() };
    this.#runs.set(runId, run);
    return run;
  }

  #settle(runId: string): void {
    const run = this.#runs.get(runId);
    if (run && run.unwritten.length === 0 && run.listeners.size === 0) this.#runs.delete(runId);
  }
}

/** New points of several curves, gathered into columns. */
export class FreshPoints {
  #curves = new Map<string, { phase: string; name: string; step: number[]; value: number[] }>();
  #arrival = Promise.withResolvers<void>();

  add(points: readonly MetricPoint[]): void {
    for (const { phase, name, step, value } of points) {
      const key = curveKey(phase, name);
      let curve = this.#curves.get(key);
      if (!curve) this.#curves.set(key, (curve = { phase, name, step: [], value: [] }));
      curve.step.push(step);
      curve.value.push(value ?? Number.NaN);
    }
    if (points.length > 0) this.#arrival.resolve();
  }

  /** As if some had arrived. */
  wake(): void {
    this.#arrival.resolve();
  }

  /** Resolves when there are any. */
  get arrived(): Promise<void> {
    return this.#arrival.promise;
  }

  /** Leaves out what a history tells already. @param lastSteps by curveKey */
  dropTold(lastSteps: ReadonlyMap<string, number>): void {
    for (const [key, curve] of this.#curves) {
      const told = lastSteps.get(key) ?? Number.NEGATIVE_INFINITY;
      const kept = curve.step.flatMap((step, i) => (step > told ? [i] : []));
      if (kept.length === 0) this.#curves.delete(key);
      else {
        curve.value = kept.map((i) => curve.value[i]);
        curve.step = kept.map((i) => curve.step[i]);
      }
    }
    if (this.#curves.size === 0) this.#arrival = Promise.withResolvers<void>();
  }

  /** Empty where nothing is new. */
  take() {
    const curves = [...this.#curves.values()].map(({ phase, name, step, value }) => ({
      phase,
      name,
      step: Float64Array.from(step),
      value: Float64Array.from(value),
    }));
    this.#curves = new Map();
    this.#arrival = Promise.withResolvers<void>();
    return curves;
  }
}

export const curveKey = (phase: string, name: string): string => `${phase}\n${name}`;
