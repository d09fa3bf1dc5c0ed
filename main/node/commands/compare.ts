// phasor compare: checkpoints side by side, tested day by day against the first, with what differs in their configs.
import { Command } from 'commander';
import type { Comparison } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { formatFigure, formatInterval, formatTable } from '../format.ts';

export function compareCommand(cli: Cli): Command {
  return new Command('compare')
    .description('compare checkpoints: metrics with 95 % intervals, paired tests against the first, config differences')
    .argument('<checkpoints...>', 'two or more ids; the first is what the others are held against')
    .addHelpText('after', '\nExample:\n  phasor compare 4T92HK W81QZM B3K0ZP')
    .action((checkpoints: string[], _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const comparison = await client.call('checkpoints.compare', { checkpoints });
        out.result(comparison, describeComparison(comparison));
      }),
    );
}

export function describeComparison({ checkpoints, rows, config, warnings }: Comparison): string {
  const names = checkpoints.map((c, i) => `${String.fromCharCode(65 + i)}: ${c.label}`);
  const letters = checkpoints.map((_, i) => String.fromCharCode(65 + i));
  const metricRows = rows.map((row) => [
    row.metric,
    row.horizon === 'overall' ? 'all' : `${row.horizon} d`,
    ...row.cells.map(formatInterval),
    ...row.differences
      .slice(1)
      .flatMap((paired) => [formatInterval(paired?.difference ?? null), formatFigure(paired?.pValue, 3)]),
  ]);
  const versus = letters.slice(1).flatMap((letter) => [`${letter} - A`, 'p']);
  const parts = [
    checkpoints.map((c, i) => `${names[i]} (${c.id}, run ${c.run})`).join('\n'),
    formatTable(['metric', 'horizon', ...letters, ...versus], metricRows) || 'nothing was evaluated on both',
    config.length === 0
      ? 'equal configs'
      : formatTable(
          ['config', ...letters],
          config.map(({ key, values }) => [key, ...values.map((v) => v ?? '-')]),
        ),
    ...warnings,
  ];
  return parts.join('\n\n');
}
