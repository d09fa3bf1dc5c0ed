// phasor lineage: what a prediction was made of, back to the rows of the source file.
import { Command } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { LineageTrace, TracedFeature } from '../../../core/contract/views/lineage.ts';
import type { Cli } from '../command.ts';
import { formatCount, formatFigure, formatTable } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { LINEAGE } from '../words/lineage.ts';

interface LineageOptions {
  code: string;
  day: string;
  feature?: string[];
}

const short = (hash: string): string => hash.slice(0, 12);
const value = (figure: number | null): string => formatFigure(figure, 5);

function featureRow(feature: TracedFeature, locale: Locale): string[] {
  const words = LINEAGE[locale];
  const { window, joined, inputs, reachesBack } = feature;
  return [
    feature.name,
    value(feature.stored),
    value(feature.scaled),
    `${window.first} (${words.bars(window.bars)})`,
    reachesBack,
    inputs.join(', ') || '-',
    joined.map(({ table, period, known }) => `${table} ${period}, ${words.known} ${known}`).join('; ') || '-',
  ];
}

export function lineageText(trace: LineageTrace, locale: Locale): string {
  const words = LINEAGE[locale];
  const { prediction, checkpoint, panel, dataset, sources } = trace;
  const median = prediction ? prediction.quantiles.indexOf(0.5) : -1;
  const forecast = prediction?.horizons.map((horizon, h) => {
    const point = prediction.predicted[h][Math.max(0, median)];
    return `${words.horizon(horizon)} ${value(point)} (${words.realised} ${value(prediction.realised[h])})`;
  });
  const lines = [
    `${words.prediction}  ${trace.code} ${trace.day}: ${forecast?.join(', ') ?? words.none}`,
    `${words.checkpoint}  ${checkpoint.run} ${checkpoint.phase}, ${short(checkpoint.hash)}, ${words.weights} ${short(checkpoint.weights)}; ` +
      words.trained(checkpoint.trainedThrough, checkpoint.chosenThrough),
    `  ${words.shown}: ${checkpoint.sequence.first} … ${checkpoint.sequence.last} (${words.bars(checkpoint.sequence.bars)})`,
    `${words.panel}  ${short(panel.key)}, ${words.row} ${formatCount(panel.row)}; ${words.among(panel.scaledAmong)}` +
      (panel.extends ? `; ${words.extended(panel.extends.days, short(panel.extends.key))}` : '') +
      (panel.inputs ? `; ${words.inputs} ${short(panel.inputs)}` : ''),
    `${words.dataset}  ${COMMON[locale].version(dataset.name, dataset.version)}, ${short(dataset.contentHash)}, ${dataset.folder}/bars.parquet ` +
      `${words.row} ${formatCount(dataset.bars.firstRow)} … ${formatCount(dataset.bars.lastRow)} (${dataset.bars.first} … ${dataset.bars.last})`,
    ...sources.map(
      ({ path, sha256, rows }) =>
        `${words.source}  ${path}, sha256 ${short(sha256)}, ${rows ? words.rows(rows.first, rows.last, rows.count) : words.unknownRows}`,
    ),
  ];
  const rows = trace.features.map((feature) => featureRow(feature, locale));
  return [...lines, '', formatTable(words.columns, rows)].join('\n');
}

export function lineageCommand(cli: Cli): Command {
  const help = LINEAGE[cli.locale];
  return new Command('lineage')
    .description(help.about)
    .argument('<of>', help.of)
    .requiredOption('--code <code>', help.code)
    .requiredOption('--day <day>', help.day)
    .option('--feature <name...>', help.feature)
    .addHelpText(
      'after',
      examples(
        cli.locale,
        'phasor lineage my-run --code 7203 --day 2017-05-10',
        'phasor lineage 4T92HK --code AAPL --day 2017-05-10 --feature rsi_14 --json',
      ),
    )
    .action(async (of: string, { code, day, feature }: LineageOptions, command: Command) => {
      await cli.act(command, 'read', async ({ client, out }) => {
        const trace = await client.call('lineage.trace', { of, code, day, features: feature });
        out.result(trace, lineageText(trace, out.locale));
      });
    });
}
