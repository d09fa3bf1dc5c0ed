// Owns the points of a run's curves as they stream in: plain typed arrays, never reactive, of bounded size. When one is full, pairs of
// neighbours are joined, keeping the least and the greatest, so that no extreme is ever lost.
import type { CurvesEvent } from '../../../core/contract/views/training.ts';

/** A curve holds between half of this and this many points. */
export const CAPACITY = 1_200;

export interface Curve {
  readonly phase: string;
  readonly name: string;
  readonly length: number;
  /** Last step of each point, and what happened in the steps that it stands for; NaN where nothing was finite. */
  readonly step: Float64Array;
  readonly min: Float64Array;
  readonly mean: Float64Array;
  readonly max: Float64Array;
}

class GrowingCurve implements Curve {
  readonly phase: string;
  readonly name: string;
  length = 0;
  readonly step = new Float64Array(CAPACITY);
  readonly min = new Float64Array(CAPACITY);
  readonly mean = new Float64Array(CAPACITY);
  readonly max = new Float64Array(CAPACITY);
  /** Of how many steps each mean is. */
  readonly #weight = new Float64Array(CAPACITY);
  /** Points that a new stretch takes, after joins; and how many the last one has. */
  #stride = 1;
  #filled = 0;

  constructor(phase: string, name: string) {
    this.phase = phase;
    this.name = name;
  }

  /** A resumed run tells again the steps since its checkpoint: what was told of them is taken back. */
  #forgetFrom(step: number): void {
    while (this.length > 0 && this.step[this.length - 1] >= step) this.length--;
    this.#filled = this.#stride;
  }

  add(step: number, min: number, mean: number, max: number): void {
    if (this.length > 0 && step <= this.step[this.length - 1]) this.#forgetFrom(step);
    if (this.length > 0 && this.#filled < this.#stride) {
      this.#join(this.length - 1, step, min, mean, max, 1);
      this.#filled++;
      return;
    }
    if (this.length === CAPACITY) this.#halve();
    const i = this.length++;
    this.step[i] = step;
    this.min[i] = min;
    this.mean[i] = mean;
    this.max[i] = max;
    this.#weight[i] = Number.isNaN(mean) ? 0 : 1;
    this.#filled = 1;
  }

  #join(i: number, step: number, min: number, mean: number, max: number, weight: number): void {
    this.step[i] = step;
    if (Number.isNaN(mean) || weight === 0) return;
    const own = this.#weight[i];
    this.min[i] = own === 0 ? min : Math.min(this.min[i], min);
    this.max[i] = own === 0 ? max : Math.max(this.max[i], max);
    this.mean[i] = own === 0 ? mean : (this.mean[i] * own + mean * weight) / (own + weight);
    this.#weight[i] = own + weight;
  }

  #halve(): void {
    const half = this.length >> 1;
    for (let i = 0; i < half; i++) {
      const a = 2 * i;
      const b = a + 1;
      for (const column of [this.step, this.min, this.mean, this.max, this.#weight]) column[i] = column[a];
      this.#join(i, this.step[b], this.min[b], this.mean[b], this.max[b], this.#weight[b]);
    }
    this.length = half;
    this.#stride *= 2;
  }
}

/** Curves of one run. `revision` grows with every change of a name's curves, so that only what changed is drawn again. */
export class CurveStore {
  readonly #curves = new Map<string, GrowingCurve>();
  readonly #revisions = new Map<string, number>();
  /** Phases in the order in which they first spoke; those of the run's plan before. */
  readonly #phases: string[] = [];
  readonly #ends = new Map<string, number>();
  #revision = 0;

  get revision(): number {
    return this.#revision;
  }

  clear(): void {
    this.#curves.clear();
    this.#revisions.clear();
    this.#ends.clear();
    this.#phases.length = 0;
    this.#revision++;
  }

  take(event: CurvesEvent): void {
    if (event.type === 'history') {
      for (const { phase, name, step, min, mean, max } of event.curves)
        for (const [i, at] of step.entries()) this.#add(phase, name, at, min[i], mean[i], max[i]);
    } else {
      for (const { phase, name, step, value } of event.curves)
        for (const [i, at] of step.entries()) this.#add(phase, name, at, value[i], value[i], value[i]);
    }
  }

  #add(phase: string, name: string, step: number, min: number, mean: number, max: number): void {
    const key = `${phase}\n${name}`;
    let curve = this.#curves.get(key);
    if (!curve) {
      curve = new GrowingCurve(phase, name);
      this.#curves.set(key, curve);
    }
    curve.add(step, min, mean, max);
    if (phase !== '') {
      if (!this.#ends.has(phase)) this.#phases.push(phase);
      this.#ends.set(phase, Math.max(this.#ends.get(phase) ?? 0, step));
    }
    this.#revisions.set(name, ++this.#revision);
  }

  /** Names of all curves, each once, in the order in which they came. */
  names(): string[] {
    return [...new Set([...this.#curves.values()].map(({ name }) => name))];
  }

  revisionOf(names: readonly string[]): number {
    return names.reduce((newest, name) => Math.max(newest, this.#revisions.get(name) ?? 0), 0);
  }

  /** One curve's parts, phase by phase in order of time. */
  parts(name: string): Curve[] {
    const own = [...this.#curves.values()].filter((curve) => curve.name === name);
    return own.sort((a, b) => this.#phases.indexOf(a.phase) - this.#phases.indexOf(b.phase));
  }

  /** Where each phase begins and ends on an axis that counts the steps of all phases, one after the other. */
  spans(): { phase: string; from: number; to: number }[] {
    let from = 0;
    return this.#phases.map((phase) => {
      const to = from + (this.#ends.get(phase) ?? 0);
      const span = { phase, from, to };
      from = to;
      return span;
    });
  }

  /** The newest value of a curve; NaN where there is none. */
  last(name: string): number {
    const part = this.parts(name).at(-1);
    return part && part.length > 0 ? part.mean[part.length - 1] : Number.NaN;
  }
}
