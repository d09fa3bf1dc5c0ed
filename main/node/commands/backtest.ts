// phasor backtest: what trading a checkpoint's predictions would have earned after costs.
import { Command } from 'commander';
import { BACKTEST_DEFAULTS } from '../../../core/backtest/backtest.ts';
import { COST_DEFAULTS } from '../../../core/backtest/costs.ts';
import { RULE_DEFAULTS } from '../../../core/backtest/rules.ts';
import { AppError } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import { jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { BACKTEST } from '../words/backtest.ts';
import { COMMON, examples } from '../words/common.ts';
import { PROGRAM } from '../words/program.ts';
import { describeBacktest } from './backtest-text.ts';

const LONG_SHORT = RULE_DEFAULTS['long-short'];
const TOP_K = RULE_DEFAULTS['top-k'];

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
function number(locale: Locale, option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new AppError('input/bad-option', { option: `${option} ${text}`, problem: BACKTEST[locale].badNumber });
  return value;
}

function rule(locale: Locale, options: BacktestOptions) {
  const horizon = number(locale, '--horizon', options.horizon);
  if (options.rule === 'long-short')
    return { kind: 'long-short' as const, horizon, groups: number(locale, '--groups', options.groups) };
  if (options.rule === 'top-k')
    return {
      kind: 'top-k' as const,
      horizon,
      k: number(locale, '--k', options.k),
      drop: number(locale, '--drop', options.drop),
    };
  throw new AppError('input/bad-option', { option: `--rule ${options.rule}`, problem: BACKTEST[locale].badRule });
}

function fill(locale: Locale, text: string | undefined): 'close' | 'open' | undefined {
  if (text === undefined || text === 'close' || text === 'open') return text;
  throw new AppError('input/bad-option', { option: `--fill ${text}`, problem: BACKTEST[locale].badFill });
}

export function backtestCommand(cli: Cli): Command {
  const { locale } = cli;
  const help = BACKTEST[locale];
  const byDefault = (value: string | number): string => PROGRAM[locale].byDefault(String(value));
  return new Command('backtest')
    .description(help.about)
    .argument('<checkpoint>', COMMON[locale].checkpointId)
    .option('--rule <rule>', help.rule, 'long-short')
    .option('--horizon <days>', `${help.horizon} ${byDefault(LONG_SHORT.horizon)}`)
    .option('--groups <n>', `${help.groups} ${byDefault(LONG_SHORT.groups)}`)
    .option('--k <n>', `${help.k} ${byDefault(TOP_K.k)}`)
    .option('--drop <n>', `${help.drop} ${byDefault(TOP_K.drop)}`)
    .option('--commission <bp>', `${help.commission} ${byDefault(COST_DEFAULTS.commission)}`)
    .option('--half-spread <bp>', `${help.halfSpread} ${byDefault(COST_DEFAULTS.halfSpread)}`)
    .option('--impact <y>', `${help.impact} ${byDefault(COST_DEFAULTS.impact)}`)
    .option('--borrow <bp>', `${help.borrow} ${byDefault(COST_DEFAULTS.borrow)}`)
    .option('--capital <money>', `${help.capital} ${byDefault(BACKTEST_DEFAULTS.capital)}`)
    .option('--fill <bar>', `${help.fill} ${byDefault(BACKTEST_DEFAULTS.fill)}`)
    .addHelpText('after', examples(locale, 'phasor backtest 4T92HK --rule top-k --k 30 --commission 2'))
    .action((checkpoint: string, options: BacktestOptions, command: Command) =>
      cli.act(command, 'write', async ({ client, out, follow }) => {
        const { jobId } = await client.call('backtests.run', {
          checkpoint,
          rule: rule(locale, options),
          costs: {
            commission: number(locale, '--commission', options.commission),
            halfSpread: number(locale, '--half-spread', options.halfSpread),
            impact: number(locale, '--impact', options.impact),
            borrow: number(locale, '--borrow', options.borrow),
          },
          capital: number(locale, '--capital', options.capital),
          fill: fill(locale, options.fill),
        });
        const { backtest, ...setting } = jobResults.backtest.parse(await follow(jobId));
        out.result({ ...backtest, ...setting }, describeBacktest(backtest, setting, out.locale));
      }),
    );
}
