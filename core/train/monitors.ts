// Owns the watch over a running phase: branches that stopped learning, predictions that became equal, steps that do not end.
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/schema.ts';
import type { StepReport } from './stepper.ts';

type Guards = Config['train']['guards'];

export interface Warning {
  code: 'dead-branch' | 'collapsed-spread';
  detail: string;
}

/** Counts steps in a row for which something held; says so once, when it has held long enough. */
class Streak {
  #length = 0;
  tick(holds: boolean, patience: number): boolean {
    this.#length = holds ? this.#length + 1 : 0;
    return this.#length === patience;
  }
}

/** Raised once when a module's gradient stays below `dead_gradient`, or the spread below `min_spread`, for `dead_patience` steps. */
export class StepMonitor {
  readonly #guards: Guards;
  readonly #modules: readonly string[];
  readonly #dead: Streak[];
  readonly #flat = new Streak();

  constructor(modules: readonly string[], guards: Guards) {
    this.#modules = modules;
    this.#guards = guards;
    this.#dead = modules.map(() => new Streak());
  }

  observe({ moduleNorms, spread }: Pick<StepReport, 'moduleNorms' | 'spread'>): Warning[] {
    const { dead_gradient, dead_patience, min_spread } = this.#guards;
    const warnings: Warning[] = [];
    this.#modules.forEach((module, i) => {
      if (this.#dead[i].tick(moduleNorms[i] < dead_gradient, dead_patience))
        warnings.push({
          code: 'dead-branch',
          detail: `${module}: gradient norm below ${dead_gradient} for ${dead_patience} steps`,
        });
    });
    if (this.#flat.tick(spread < min_spread, dead_patience))
      warnings.push({
        code: 'collapsed-spread',
        detail: `predictions differ by less than ${min_spread} across stocks for ${dead_patience} steps`,
      });
    return warnings;
  }
}

/** Says once for each silence when no step has ended for `seconds`. */
export class StallWatch {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  #last: number;
  #told = false;

  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#milliseconds = seconds * 1000;
    this.#last = clock.now();
  }

  /** A step ended, or the run rests because it was asked to. */
  alive(): void {
    this.#last = this.#clock.now();
    this.#told = false;
  }

  /** @returns seconds of silence, the first time that they are too many */
  check(): number | undefined {
    const silent = this.#clock.now() - this.#last;
    if (this.#told || silent < this.#milliseconds) return undefined;
    this.#told = true;
    return silent / 1000;
  }
}
