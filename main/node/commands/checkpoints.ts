// phasor checkpoints: list them, look into one, take its .onnx file along, make it the champion.
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Checkpoint } from '../../../core/contract/entities.ts';
import type { Cli } from '../command.ts';
import { formatBytes, formatFigure, formatInterval, formatTable, formatTime, shortId } from '../format.ts';
import { CHECKPOINTS } from '../words/checkpoints.ts';
import { COMMON, examples } from '../words/common.ts';
import { RUNS } from '../words/runs.ts';

/** "rank_ic.5" is of one horizon. */
function metricLabel(name: string, locale: Locale): string {
  const { metrics, ofHorizon } = CHECKPOINTS[locale];
  const [metric, horizon] = name.split('.');
  const label = metrics[metric] ?? metric;
  return horizon === undefined ? label : ofHorizon(label, Number(horizon));
}

function table(list: readonly (Checkpoint & { run: string; dataset: string })[], locale: Locale): string {
  const rows = list.map((c) => [
    shortId(c.id),
    c.run,
    c.dataset,
    c.phase,
    COMMON[locale].kinds[c.kind] ?? c.kind,
    String(c.epoch),
    formatFigure(c.metrics.rank_ic),
    formatBytes(c.bytes),
    formatTime(c.createdAt),
    c.champion ? COMMON[locale].champion : '',
  ]);
  return formatTable(CHECKPOINTS[locale].heads, rows);
}

export function checkpointsCommand(cli: Cli): Command {
  const help = CHECKPOINTS[cli.locale];
  const { checkpointId } = COMMON[cli.locale];
  const checkpoints = new Command('checkpoints')
    .description(help.about)
    .addHelpText(
      'after',
      examples(cli.locale, 'phasor checkpoints --run my-run', 'phasor checkpoints export 4T92HK ./model'),
    );
  checkpoints
    .command('list', { isDefault: true })
    .description(help.list)
    .option('--run <run>', help.run)
    .addHelpText('after', examples(cli.locale, 'phasor checkpoints list --run my-run'))
    .action((options: { run?: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const list = await client.call('checkpoints.list', { run: options.run });
        out.result(list, table(list, out.locale) || CHECKPOINTS[out.locale].empty);
      }),
    );
  checkpoints
    .command('show')
    .description(help.show)
    .argument('<checkpoint>', checkpointId)
    .addHelpText('after', examples(cli.locale, 'phasor checkpoints show 4T92HK'))
    .action((checkpoint: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const words = CHECKPOINTS[out.locale];
        const detail = await client.call('checkpoints.get', { checkpoint });
        const metrics = Object.entries(detail.checkpoint.metrics).map(([name, value]) => [
          metricLabel(name, out.locale),
          formatFigure(value),
        ]);
        const evaluations = detail.evaluations.map((e) => [
          e.label,
          RUNS[out.locale].splits[e.split] ?? e.split,
          COMMON[out.locale].span(e.firstDay, e.lastDay),
          formatInterval(e.overall.rankIc ?? null),
        ]);
        const backtests = detail.backtests.map((b) => [
          b.id,
          formatFigure(b.statistics.sharpe, 2),
          b.reportPath ?? '-',
        ]);
        out.result(
          detail,
          [
            `${table([{ ...detail.checkpoint, run: detail.run.name, dataset: detail.dataset }], out.locale)}\n${words.ids(detail.checkpoint.id, detail.run.id)}`,
            formatTable(words.metricHeads, metrics),
            formatTable(words.evaluationHeads, evaluations),
            formatTable(words.backtestHeads, backtests),
          ]
            .filter((part) => part !== '')
            .join('\n\n'),
        );
      }),
    );
  checkpoints
    .command('export')
    .description(help.export)
    .argument('<checkpoint>', checkpointId)
    .argument('<folder>', help.folder)
    .addHelpText('after', examples(cli.locale, 'phasor checkpoints export 4T92HK ./model'))
    .action((checkpoint: string, folder: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const result = await client.call('checkpoints.export', { checkpoint, folder: resolve(folder) });
        out.result(result, CHECKPOINTS[out.locale].exported(result.files, result.folder));
      }),
    );
  checkpoints
    .command('promote')
    .description(help.promote)
    .argument('<checkpoint>', checkpointId)
    .addHelpText('after', examples(cli.locale, 'phasor checkpoints promote 4T92HK'))
    .action((checkpoint: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const promoted = await client.call('checkpoints.promote', { checkpoint });
        out.result(promoted, CHECKPOINTS[out.locale].promoted(promoted.id, promoted.phase));
      }),
    );
  return checkpoints;
}
