// phasor backtest: what trading a checkpoint's predictions would have earned after costs.
import { Command } from 'commander';
import { BACKTEST_DEFAULTS } from '../../../core/backtest/backtest.ts';
import { COST_DEFAULTS } from '../../../core/backtest/costs.ts';
import { RULE_DEFAULTS } from '../../../core/backtest/rules.ts';
import { AppError } from '../../../core/base/errors.ts';
import { jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { describeBacktest } from './backtest-text.ts';

const LONG_SHORT = RULE_DEFAULTS['long-short'];
const TOP_K = RULE_DEFAULTS['top-k'];
const byDefault = (value: string | number): string => `(default: ${value})`;

interface BacktestOptions {
  rule: string;
  horizon?: string;
  groups?: string;
  k?: string;
  drop?: string;
  commission?: string;
  halfSpread?: string;
  impact?: string;
  borrow?: string;
  capital?: string;
  fill?: string;
}

/** A number where the option was given. @throws input/bad-option */
function number(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new AppError('input/bad-option', { option: `${option} ${text}`, problem: 'write a number' });
  return value;
}

function rule(options: BacktestOptions) {
  const horizon = number('--horizon', options.horizon);
  if (options.rule === 'long-short')
    return { kind: 'long-short' as const, horizon, groups: number('--groups', options.groups) };
  if (options.rule === 'top-k')
    return { kind: 'top-k' as const, horizon, k: number('--k', options.k), drop: number('--drop', options.drop) };
  throw new AppError('input/bad-option', { option: `--rule ${options.rule}`, problem: 'write long-short or top-k' });
}

function fill(text: string | undefined): 'close' | 'open' | undefined {
  if (text === undefined || text === 'close' || text === 'open') return text;
  throw new AppError('input/bad-option', { option: `--fill ${text}`, problem: 'write close or open' });
}

export function backtestCommand(cli: Cli): Command {
  return new Command('backtest')
    .description("trade a checkpoint's out-of-sample predictions, filled on the next bar, after costs")
    .argument('<checkpoint>', 'id, or the last letters of it')
    .option('--rule <rule>', 'long-short (groups by rank) or top-k (long only)', 'long-short')
    .option('--horizon <days>', `horizon of the predictions that are traded ${byDefault(LONG_SHORT.horizon)}`)
    .option('--groups <n>', `long-short: groups that the day is cut into ${byDefault(LONG_SHORT.groups)}`)
    .option('--k <n>', `top-k: names held ${byDefault(TOP_K.k)}`)
    .option('--drop <n>', `top-k: names replaced a day, at most ${byDefault(TOP_K.drop)}`)
    .option('--commission <bp>', `basis points of traded value ${byDefault(COST_DEFAULTS.commission)}`)
    .option(
      '--half-spread <bp>',
      `half the bid-ask spread, basis points of traded value ${byDefault(COST_DEFAULTS.halfSpread)}`,
    )
    .option('--impact <y>', `factor of the square-root law; 0 for none ${byDefault(COST_DEFAULTS.impact)}`)
    .option('--borrow <bp>', `basis points a year of the value held short ${byDefault(COST_DEFAULTS.borrow)}`)
    .option('--capital <money>', `money at the start ${byDefault(BACKTEST_DEFAULTS.capital)}`)
    .option('--fill <bar>', `fill at the close or the open of the next bar ${byDefault(BACKTEST_DEFAULTS.fill)}`)
    .addHelpText('after', '\nExample:\n  phasor backtest 4T92HK --rule top-k --k 30 --commission 2')
    .action((checkpoint: string, options: BacktestOptions, command: Command) =>
      cli.act(command, 'write', async ({ client, out, follow }) => {
        const { jobId } = await client.call('backtests.run', {
          checkpoint,
          rule: rule(options),
          costs: {
            commission: number('--commission', options.commission),
            halfSpread: number('--half-spread', options.halfSpread),
            impact: number('--impact', options.impact),
            borrow: number('--borrow', options.borrow),
          },
          capital: number('--capital', options.capital),
          fill: fill(options.fill),
        });
        const { backtest, ...setting } = jobResults.backtest.parse(await follow(jobId));
        out.result({ ...backtest, ...setting }, describeBacktest(backtest, setting));
      }),
    );
}
