// phasor compare: checkpoints side by side, tested day by day against the first, with what differs in their configs.
import { Command } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Comparison } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { formatFigure, formatInterval, formatTable, shortId } from '../format.ts';
import { COMPARE } from '../words/checkpoints.ts';
import { COMMON, examples } from '../words/common.ts';

export function compareCommand(cli: Cli): Command {
  const help = COMPARE[cli.locale];
  return new Command('compare')
    .description(help.about)
    .argument('<checkpoints...>', help.checkpoints)
    .addHelpText(
      'after',
      examples(cli.locale, 'phasor compare 4T92HK W81QZM B3K0ZP', 'phasor compare my-run/ridge my-run/phase2_gat'),
    )
    .action((checkpoints: string[], _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const comparison = await client.call('checkpoints.compare', { checkpoints });
        out.result(comparison, describeComparison(comparison, out.locale));
      }),
    );
}

const letterOf = (place: number): string => String.fromCharCode(65 + place);

/** What the RankIC over all horizons says of each checkpoint against the first. */
function summarise({ checkpoints, rows }: Comparison, locale: Locale): string[] {
  const words = COMPARE[locale];
  const differences = rows.find(({ metric, horizon }) => metric === 'rankIc' && horizon === 'overall')?.differences;
  return checkpoints.slice(1).map((_, i) => {
    const letter = letterOf(i + 1);
    const paired = differences?.[i + 1];
    if (!paired || paired.difference.low === null || paired.difference.high === null) return words.incomparable(letter);
    const { low, high } = paired.difference;
    const verdict = low > 0 ? words.better : high < 0 ? words.worse : words.open;
    const difference = `${formatInterval(paired.difference)}, p ${formatFigure(paired.pValue, 3)}`;
    return words.verdict(letter, verdict, difference, paired.days);
  });
}

export function describeComparison(comparison: Comparison, locale: Locale): string {
  const words = COMPARE[locale];
  const { checkpoints, rows, config } = comparison;
  const letters = checkpoints.map((_, i) => letterOf(i));
  const metricRows = rows.map((row) => [
    words.metrics[row.metric] ?? row.metric,
    row.horizon === 'overall' ? words.allHorizons : COMMON[locale].horizon(row.horizon),
    ...row.cells.map(formatInterval),
    ...row.differences
      .slice(1)
      .flatMap((paired) => [formatInterval(paired?.difference ?? null), formatFigure(paired?.pValue, 3)]),
  ]);
  const versus = letters.slice(1).flatMap((letter) => [`${letter} - A`, 'p']);
  const configRows = config.map(({ key, values }) => [key, ...values.map((value) => value ?? '-')]);
  return [
    summarise(comparison, locale).join('\n'),
    checkpoints.map(({ label, id }, i) => `${letters[i]}: ${label} (${shortId(id)})`).join('\n'),
    formatTable([words.metric, words.horizon, ...letters, ...versus], metricRows) || words.nothing,
    words.pNote,
    configRows.length === 0 ? words.equal : formatTable([words.config, ...letters], configRows),
    ...checkpoints
      .filter((_, i) => rows.every(({ cells }) => cells[i] === null))
      .map(({ label }) => words.unevaluated(label)),
  ].join('\n\n');
}
