// Owns the watch over a running phase: branches that stopped learning, predictions that became equal, steps that do not end.
import type { Clock } from '../base/clock.ts';
import type { Config } from '../config/schema.ts';
import type { StepReport } from './stepper.ts';

type Guards = Config['train']['guards'];

export interface Warning {
  code: 'dead-branch' | 'collapsed-spread';
  detail: string;
}

/** Raised once when a module's gradient stays below `dead_gradient`, or the spread below `min_spread`, for `dead_patience` steps. */
export class StepMonitor {
  readonly #guards: Guards;
  readonly #modules: readonly string[];
  readonly #streaks: number[];

  /** @param streaks of the monitor that this one goes on for */
  constructor(modules: readonly string[], guards: Guards, streaks?: readonly number[]) {
    this.#modules = modules;
    this.#guards = guards;
    this.#streaks = streaks ? [...streaks] : new Array(modules.length + 1).fill(0);
  }

  /** Steps in a row for which each module was dead, and last for which the spread was collapsed. */
  get streaks(): readonly number[] {
    return this.#streaks;
  }

  /** Whether something has now held for exactly as many steps as the patience. */
  #tick(watched: number, holds: boolean): boolean {
    this.#streaks[watched] = holds ? this.#streaks[watched] + 1 : 0;
    return this.#streaks[watched] === this.#guards.dead_patience;
  }

  observe({ moduleNorms, spread }: Pick<StepReport, 'moduleNorms' | 'spread'>): Warning[] {
    const { dead_gradient, dead_patience, min_spread } = this.#guards;
    const warnings: Warning[] = [];
    this.#modules.forEach((module, i) => {
      if (this.#tick(i, moduleNorms[i] < dead_gradient))
        warnings.push({
          code: 'dead-branch',
          detail: `${module}: gradient norm below ${dead_gradient} for ${dead_patience} steps`,
        });
    });
    if (this.#tick(this.#modules.length, spread < min_spread))
      warnings.push({
        code: 'collapsed-spread',
        detail: `predictions differ by less than ${min_spread} across stocks for ${dead_patience} steps`,
      });
    return warnings;
  }
}

/** How fast steps come, between two looks. Only what is counted as a step's time goes in: no pauses, no validation. */
export class Pace {
  #stocks = 0;
  #steps = 0;
  #seconds = 0;

  add(stocks: number, seconds: number): void {
    this.#stocks += stocks;
    this.#steps++;
    this.#seconds += seconds;
  }

  /** Since the last look; empty where the clock saw no time pass. */
  take(): Record<string, number> {
    const [stocks, steps, seconds] = [this.#stocks, this.#steps, this.#seconds];
    this.#stocks = this.#steps = this.#seconds = 0;
    return seconds > 0 ? { stocks_per_second: stocks / seconds, steps_per_second: steps / seconds } : {};
  }
}

/** Says once for each silence when no step has ended for `seconds`. */
export class StallWatch {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  #last: number;
  #told = false;
  #resting = false;

  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#milliseconds = seconds * 1000;
    this.#last = clock.now();
  }

  /** A step ended. */
  alive(): void {
    this.#last = this.#clock.now();
    this.#told = false;
  }

  /** The run rests because it was asked to: that is no silence. */
  async rest(whenRunning: () => Promise<void>): Promise<void> {
    this.#resting = true;
    try {
      await whenRunning();
    } finally {
      this.#resting = false;
      this.alive();
    }
  }

  /** @returns seconds of silence, the first time that they are too many */
  check(): number | undefined {
    const silent = this.#clock.now() - this.#last;
    if (this.#told || this.#resting || silent < this.#milliseconds) return undefined;
    this.#told = true;
    return silent / 1000;
  }
}
