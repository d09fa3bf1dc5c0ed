// phasor features: the panel of a dataset, or the catalogue of what can stand in one.
import { Command } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Figures } from '../../../core/contract/entities.ts';
import { jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { missingDataset } from '../session.ts';
import { formatBytes, formatFigure, formatTable, shortId } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { FEATURES } from '../words/features.ts';
import { sentinelLine } from './sentinel.ts';

interface FeaturesOptions {
  dataset?: string;
  list?: boolean;
}

export function featuresCommand(cli: Cli): Command {
  const help = FEATURES[cli.locale];
  return new Command('features')
    .description(help.about)
    .argument('[overrides...]', COMMON[cli.locale].overrides)
    .option('--dataset <name>', help.dataset)
    .option('--list', help.list)
    .addHelpText(
      'after',
      examples(
        cli.locale,
        'phasor features --list',
        'phasor features --dataset sp500 features=all',
        'phasor features --dataset sp500 features.graph.k=10',
      ),
    )
    .action(async (overrides: string[], options: FeaturesOptions, command: Command) => {
      await cli.act(command, options.list ? 'none' : 'write', async ({ client, out, follow }) => {
        if (options.list) {
          const entries = await client.call('features.list', {});
          const rows = entries.map((e) => [
            ...[e.name, e.family, e.set, String(e.window), String(e.warmup), e.scope],
            ...[e.inputs.join(' '), e.formula],
          ]);
          out.result(entries, formatTable(FEATURES[out.locale].heads, rows));
          return;
        }
        const dataset = options.dataset ?? (await missingDataset(client, out.locale));
        const { jobId } = await client.call('features.build', { dataset, overrides });
        const result = jobResults.features.parse(await follow(jobId));
        const { panel, reused, added } = result;
        const words = FEATURES[out.locale];
        const common = COMMON[out.locale];
        const how = reused ? words.reused : added > 0 ? words.added(added) : '';
        const report = await client.call('panels.sentinel', { panel: panel.id });
        const listed = (await client.call('panels.list', { dataset })).find((each) => each.panel.id === panel.id);
        const lacking = await client.call('features.unsupported', { dataset });
        out.result(
          result,
          [
            words.panel(panel.hash.slice(0, 12), [
              common.rows(panel.rows),
              common.stocks(panel.stocks),
              common.days(panel.days),
              formatBytes(panel.bytes),
            ]) + how,
            ...(listed ? [describeFeatures(listed.features, lacking, out.locale)] : []),
            ...(panel.graph ? [describeGraph(panel.graph, out.locale)] : []),
            ...(report ? [sentinelLine(report, out.locale)] : []),
            ...(report?.verdict === 'failed' ? [words.leaks(shortId(panel.id))] : []),
          ].join('\n'),
        );
      });
    });
}

/** How many there are, and what the dataset would have to hold for the others of the catalogue. */
function describeFeatures(features: number, lacking: readonly { lacks: readonly string[] }[], locale: Locale): string {
  const words = FEATURES[locale];
  const inputs = [...new Set(lacking.flatMap(({ lacks }) => lacks))];
  return words.features(features) + (inputs.length > 0 ? words.lacking(lacking.length, inputs) : '');
}

/** Means over the snapshots. */
const describeGraph = ({ snapshots, lookback, averageDegree, isolated }: Figures, locale: Locale): string =>
  FEATURES[locale].graph({
    snapshots: snapshots ?? 0,
    lookback: lookback ?? 0,
    degree: formatFigure(averageDegree, 1),
    isolated: formatFigure(isolated, 1),
  });
