// The thread that trades stored backtests again at other costs. It keeps what it read last, so that the next scenario starts at once.
import { parentPort } from 'node:worker_threads';
import { backtest, type BacktestSummary } from '../backtest/backtest.ts';
import type { Costs } from '../backtest/costs.ts';
import { type SerializedError, serializeError } from '../base/errors.ts';
import { readBacktest, readScenarioGround, type ScenarioGround } from './backtest-file.node.ts';

export interface ScenarioRequest {
  /** Absolute folder of the backtest. */
  folder: string;
  /** What differs from the backtest's own. */
  costs: Partial<Costs>;
}

export type ScenarioAnswer = { result: BacktestSummary } | { error: SerializedError };

interface Loaded extends ScenarioGround {
  folder: string;
  options: BacktestSummary['options'];
}

if (!parentPort) throw new Error('this file is started as a thread');
const port = parentPort;
let loaded: Loaded | undefined;

port.on('message', (request: ScenarioRequest) => port.postMessage(answer(request)));

function answer({ folder, costs }: ScenarioRequest): ScenarioAnswer {
  try {
    loaded = loaded?.folder === folder ? loaded : load(folder);
    const { options, bars, predictions } = loaded;
    const {
      trades: _,
      positions: __,
      ...result
    } = backtest({
      ...options,
      costs: { ...options.costs, ...costs },
      bars,
      predictions,
    });
    return { result };
  } catch (error) {
    return { error: serializeError(error) };
  }
}

function load(folder: string): Loaded {
  const { result } = readBacktest(folder);
  return { folder, options: result.options, ...readScenarioGround(folder, result.codes) };
}
