// phasor backtest: what trading a checkpoint's predictions would have earned after costs.
import { Command } from 'commander';
import { jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../cli.ts';
import { formatFigure, formatTable } from '../format.ts';

export function backtestCommand(cli: Cli): Command {
  return new Command('backtest')
    .description("trade a checkpoint's out-of-sample predictions: long-short deciles and long-only top k, after costs")
    .argument('<checkpoint>', 'id, or the beginning or end of it')
    .argument('[overrides...]', 'config overrides, key=value')
    .addHelpText('after', '\nExample:\n  phasor backtest 01J9ZK backtest.costs.commission_bps=2')
    .action((checkpoint: string, overrides: string[], _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out, follow }) => {
        const { jobId } = await client.call('backtests.run', { checkpoint, overrides });
        const { backtest } = jobResults.backtest.parse(await follow(jobId));
        const rows = Object.entries(backtest.statistics).map(([name, value]) => [name, formatFigure(value)]);
        out.result(
          backtest,
          `backtest ${backtest.id} of ${backtest.checkpointId} (${backtest.trials} trials on this dataset so far)\n` +
            formatTable(['statistic', 'value'], rows),
        );
      }),
    );
}
