// phasor features: the panel of a dataset, or the catalogue of what can stand in one.
import { Command } from 'commander';
import type { Figures } from '../../../core/contract/entities.ts';
import { jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { missingDataset } from '../session.ts';
import { counted, formatBytes, formatCount, formatFigure, formatTable, shortId } from '../format.ts';
import { sentinelLine } from './sentinel.ts';

interface FeaturesOptions {
  dataset?: string;
  list?: boolean;
}

export function featuresCommand(cli: Cli): Command {
  return new Command('features')
    .description("build a dataset's panel: features, targets and the stock graph")
    .argument('[overrides...]', 'config overrides, key=value')
    .option('--dataset <name>', 'the dataset')
    .option('--list', 'list the catalogue of features, and build nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  phasor features --list\n  phasor features --dataset sp500 features=all\n  phasor features --dataset sp500 features.graph.k=10',
    )
    .action(async (overrides: string[], options: FeaturesOptions, command: Command) => {
      await cli.act(command, options.list ? 'none' : 'write', async ({ client, out, follow }) => {
        if (options.list) {
          const entries = await client.call('features.list', {});
          const rows = entries.map((e) => [
            ...[e.name, e.family, e.set, String(e.window), String(e.warmup), e.scope],
            ...[e.inputs.join(' '), e.formula],
          ]);
          const heads = ['feature', 'family', 'set', 'window', 'warm-up', 'scope', 'needs', 'formula'];
          out.result(entries, formatTable(heads, rows));
          return;
        }
        const dataset = options.dataset ?? (await missingDataset(client));
        const { jobId } = await client.call('features.build', { dataset, overrides });
        const result = jobResults.features.parse(await follow(jobId));
        const { panel, reused, added } = result;
        const how = reused ? ' (unchanged, reused)' : added > 0 ? ` (${counted(added, 'day')} added)` : '';
        const report = await client.call('panels.sentinel', { panel: panel.id });
        const listed = (await client.call('panels.list', { dataset })).find((each) => each.panel.id === panel.id);
        const lacking = await client.call('features.unsupported', { dataset });
        out.result(
          result,
          [
            `panel ${panel.hash.slice(0, 12)}: ${counted(panel.rows, 'row')}, ${counted(panel.stocks, 'stock')}, ` +
              `${counted(panel.days, 'day')}, ${formatBytes(panel.bytes)}${how}`,
            ...(listed ? [describeFeatures(listed.features, lacking)] : []),
            ...(panel.graph ? [describeGraph(panel.graph)] : []),
            ...(report ? [sentinelLine(report, out.locale)] : []),
            ...(report?.verdict === 'failed' ? [`phasor sentinel ${shortId(panel.id)} shows what leaks`] : []),
          ].join('\n'),
        );
      });
    });
}

/** How many there are, and what the dataset would have to hold for the others of the catalogue. */
function describeFeatures(features: number, lacking: readonly { lacks: readonly string[] }[]): string {
  const tables = [...new Set(lacking.flatMap(({ lacks }) => lacks))];
  const rest =
    tables.length > 0
      ? `; ${formatCount(lacking.length)} of the catalogue need what the dataset lacks: ${tables.join(', ')}`
      : '';
  return `${counted(features, 'feature')}${rest}`;
}

/** Means over the snapshots. */
const describeGraph = ({ snapshots, lookback, averageDegree, isolated }: Figures): string =>
  `graph: ${counted(snapshots ?? 0, 'snapshot')} of ${counted(lookback ?? 0, 'day')}; ${formatFigure(averageDegree, 1)} neighbours a stock, ` +
  `${formatFigure(isolated, 1)} stocks without any`;
