// phasor compare: checkpoints side by side, tested day by day against the first, with what differs in their configs.
import { Command } from 'commander';
import type { Comparison } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { counted, formatFigure, formatInterval, formatTable, shortId } from '../format.ts';

export function compareCommand(cli: Cli): Command {
  return new Command('compare')
    .description('compare checkpoints: metrics with 95 % intervals, paired tests against the first, config differences')
    .argument(
      '<checkpoints...>',
      "two or more of: an id, RUN/PHASE, or RUN/ridge for a run's baseline; the first is what the others are held against",
    )
    .addHelpText(
      'after',
      '\nExamples:\n  phasor compare 4T92HK W81QZM B3K0ZP\n  phasor compare my-run/ridge my-run/phase2_gat',
    )
    .action((checkpoints: string[], _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const comparison = await client.call('checkpoints.compare', { checkpoints });
        out.result(comparison, describeComparison(comparison));
      }),
    );
}

/** As reports call them. */
const METRIC_NAMES: Readonly<Record<string, string>> = {
  rankIc: 'RankIC',
  ic: 'IC',
  rankIcir: 'RankICIR',
  icir: 'ICIR',
  hitRate: 'hit rate',
  spread: 'long less short',
};

/** What the RankIC over all horizons says of each checkpoint against the first. */
function summarise({ checkpoints, rows }: Comparison): string[] {
  const differences = rows.find(({ metric, horizon }) => metric === 'rankIc' && horizon === 'overall')?.differences;
  return checkpoints.slice(1).map((_, i) => {
    const letter = String.fromCharCode(66 + i);
    const paired = differences?.[i + 1];
    if (!paired || paired.difference.low === null || paired.difference.high === null)
      return `${letter} and A cannot be compared: there is no common out-of-sample RankIC.`;
    const { low, high } = paired.difference;
    const verdict = low > 0 ? 'ranks better than A' : high < 0 ? 'ranks worse than A' : 'cannot be told from A';
    const difference = `${formatInterval(paired.difference)}, p ${formatFigure(paired.pValue, 3)}`;
    return `${letter} ${verdict}: RankIC ${difference}, on ${counted(paired.days, 'common day')}.`;
  });
}

const P_NOTE =
  'p: two-sided test of no difference, each metric and horizon by itself, uncorrected: of twenty such tests without any difference about one falls below 0.05.';

export function describeComparison(comparison: Comparison): string {
  const { checkpoints, rows, config, warnings } = comparison;
  const names = checkpoints.map((c, i) => `${String.fromCharCode(65 + i)}: ${c.label}`);
  const letters = checkpoints.map((_, i) => String.fromCharCode(65 + i));
  const metricRows = rows.map((row) => [
    METRIC_NAMES[row.metric] ?? row.metric,
    row.horizon === 'overall' ? 'all' : `${row.horizon} d`,
    ...row.cells.map(formatInterval),
    ...row.differences
      .slice(1)
      .flatMap((paired) => [formatInterval(paired?.difference ?? null), formatFigure(paired?.pValue, 3)]),
  ]);
  const versus = letters.slice(1).flatMap((letter) => [`${letter} - A`, 'p']);
  const parts = [
    summarise(comparison).join('\n'),
    checkpoints.map((c, i) => `${names[i]} (${shortId(c.id)})`).join('\n'),
    formatTable(['metric', 'horizon', ...letters, ...versus], metricRows) || 'nothing was evaluated on both',
    P_NOTE,
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
