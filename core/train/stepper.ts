// Owns one compiled training step and its state: weights, moments, and the counts that the schedule and bias corrections need.
import { type AdamWOptions, corrections } from '../nn/optimiser.ts';
import { LOSS_PARTS } from '../nn/losses.ts';
import type { ParameterLayout } from '../nn/parameters.ts';
import type { NoiseInput } from '../nn/scope.ts';
import {
  type Engine,
  type Executable,
  floats,
  type HostTensor,
  scalar,
  type StateBinding,
} from '../runtime/executor.ts';
import { layoutOf, type StepOptions, type TracedStep, traceStep } from '../models/trace.ts';
import type { ModelConfig, ModelShape } from '../models/atft-gat-fan.ts';

/** Everything that a step changes; what a resumed run needs to go on bit for bit. */
export interface StepperState {
  weights: Float32Array;
  firstMoment: Float32Array;
  secondMoment: Float32Array;
  /** Gradient gathered since the last update; empty without accumulation. */
  accumulated: Float32Array;
  /** Updates made. */
  updates: number;
  /** Batches gathered since the last update. */
  gathered: number;
}

export interface StepReport {
  /** Weighted sum first, then each part. */
  losses: Float32Array;
  /** Global gradient norm before clipping. */
  norm: number;
  moduleNorms: Float32Array;
  /** Standard deviation of the median prediction across the day's stocks, mean over horizons. */
  spread: number;
  finite: boolean;
}

const STATE: readonly StateBinding[] = [
  { input: 'weights', next: 'weights_next' },
  { input: 'first_moment', next: 'first_moment_next' },
  { input: 'second_moment', next: 'second_moment_next' },
  { input: 'decay_mask' },
];
const ACCUMULATED: StateBinding = { input: 'accumulated', next: 'accumulated_next' };

export class Stepper {
  readonly layout: ParameterLayout;
  readonly modules: readonly string[];
  readonly noise: readonly NoiseInput[];
  readonly #executable: Executable;
  readonly #optimiser: AdamWOptions;
  readonly #accumulation: number;
  #updates = 0;
  #gathered = 0;

  private constructor(executable: Executable, layout: ParameterLayout, traced: TracedStep, options: StepOptions) {
    this.#executable = executable;
    this.layout = layout;
    this.modules = traced.modules;
    this.noise = traced.noise;
    this.#optimiser = options.optimiser;
    this.#accumulation = options.accumulation;
  }

  static async create(engine: Engine, config: ModelConfig, shape: ModelShape, options: StepOptions): Promise<Stepper> {
    const layout = layoutOf(config, shape);
    const traced = traceStep(config, shape, layout, options);
    const state = options.accumulation > 1 ? [...STATE, ACCUMULATED] : STATE;
    const executable = await engine.compile(traced.outputs, { name: 'training-step', state });
    return new Stepper(executable, layout, traced, options);
  }

  /** Starts from given weights with a fresh optimiser. */
  async start(weights: Float32Array): Promise<void> {
    const zeros = (): Float32Array => new Float32Array(this.layout.size);
    const accumulated = this.#accumulation > 1 ? zeros() : new Float32Array(0);
    await this.restore({ weights, firstMoment: zeros(), secondMoment: zeros(), accumulated, updates: 0, gathered: 0 });
  }

  async restore(state: StepperState): Promise<void> {
    await this.#executable.setState('weights', floats(state.weights));
    await this.#executable.setState('first_moment', floats(state.firstMoment));
    await this.#executable.setState('second_moment', floats(state.secondMoment));
    await this.#executable.setState('decay_mask', floats(this.layout.decayMask()));
    if (this.#accumulation > 1) await this.#executable.setState('accumulated', floats(state.accumulated));
    this.#updates = state.updates;
    this.#gathered = state.gathered;
  }

  async state(): Promise<StepperState> {
    const read = async (name: string): Promise<Float32Array> =>
      (await this.#executable.getState(name)).data as Float32Array;
    return {
      weights: await read('weights'),
      firstMoment: await read('first_moment'),
      secondMoment: await read('second_moment'),
      accumulated: this.#accumulation > 1 ? await read('accumulated') : new Float32Array(0),
      updates: this.#updates,
      gathered: this.#gathered,
    };
  }

  async weights(): Promise<Float32Array> {
    return (await this.#executable.getState('weights')).data as Float32Array;
  }

  /** Updates made so far. */
  get updates(): number {
    return this.#updates;
  }

  /**
   * One batch. A step whose loss or gradient is not finite is not taken: the state stays at the last good one.
   * @param feeds of the model, the targets, the anchors and the noise
   */
  async step(feeds: Readonly<Record<string, HostTensor>>, learningRate: number): Promise<StepReport> {
    const [correction1, correction2] = corrections(this.#updates + 1, this.#optimiser);
    const due = this.#gathered + 1 === this.#accumulation;
    const outputs = await this.#executable.run({
      ...feeds,
      learning_rate: scalar(learningRate),
      correction_1: scalar(correction1),
      correction_2: scalar(correction2),
      update_due: scalar(due ? 1 : 0),
    });
    const losses = (outputs.losses.data as Float32Array).slice();
    const norm = Number(outputs.norm.data[0]);
    const finite = losses.every(Number.isFinite) && Number.isFinite(norm);
    if (finite) {
      this.#executable.accept();
      this.#gathered = due ? 0 : this.#gathered + 1;
      if (due) this.#updates++;
    }
    const moduleNorms = (outputs.module_norms.data as Float32Array).slice();
    return { losses, norm, moduleNorms, spread: Number(outputs.spread.data[0]), finite };
  }

  dispose(): Promise<void> {
    return this.#executable.dispose();
  }
}

/** Loss parts by name, the weighted sum as 'loss'. */
export function namedLosses(losses: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(['loss', ...LOSS_PARTS].map((name, i) => [name, losses[i]]));
}
