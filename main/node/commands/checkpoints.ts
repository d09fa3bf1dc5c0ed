// phasor checkpoints: list them, look into one, take its .onnx file along, make it the champion.
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Checkpoint } from '../../../core/contract/entities.ts';
import type { Cli } from '../command.ts';
import { counted, formatBytes, formatFigure, formatInterval, formatTable, formatTime, shortId } from '../format.ts';

/** As reports call them. */
const METRIC_LABELS: Readonly<Record<string, string>> = {
  rank_ic: 'RankIC',
  ic: 'IC',
  rank_icir: 'RankICIR',
  icir: 'ICIR',
  hit_rate: 'hit rate',
  sharpe: 'Sharpe of the daily decile spread',
};

/** "rank_ic.5" is of one horizon. */
function metricLabel(name: string): string {
  const [metric, horizon] = name.split('.');
  return (METRIC_LABELS[metric] ?? metric) + (horizon === undefined ? '' : `, ${counted(Number(horizon), 'day')}`);
}

function table(list: readonly (Checkpoint & { run: string; dataset: string })[]): string {
  const rows = list.map((c) => [
    shortId(c.id),
    c.run,
    c.dataset,
    c.phase,
    c.kind,
    String(c.epoch),
    formatFigure(c.metrics.rank_ic),
    formatBytes(c.bytes),
    formatTime(c.createdAt),
    c.champion ? 'champion' : '',
  ]);
  return formatTable(
    ['checkpoint', 'run', 'dataset', 'phase', 'kind', 'epoch', 'valid RankIC', 'size', 'made', ''],
    rows,
  );
}

export function checkpointsCommand(cli: Cli): Command {
  const checkpoints = new Command('checkpoints')
    .description('list, show, export or promote checkpoints')
    .addHelpText('after', '\nExamples:\n  phasor checkpoints --run my-run\n  phasor checkpoints export 4T92HK ./model');
  checkpoints
    .command('list', { isDefault: true })
    .description('list checkpoints, newest first')
    .option('--run <run>', 'only those of this run')
    .addHelpText('after', '\nExample:\n  phasor checkpoints list --run my-run')
    .action((options: { run?: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const list = await client.call('checkpoints.list', { run: options.run });
        out.result(list, table(list) || 'no checkpoints yet');
      }),
    );
  checkpoints
    .command('show')
    .description('show one: its validation metrics, evaluations and backtests')
    .argument('<checkpoint>', 'id, or the last letters of it')
    .addHelpText('after', '\nExample:\n  phasor checkpoints show 4T92HK')
    .action((checkpoint: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const detail = await client.call('checkpoints.get', { checkpoint });
        const metrics = Object.entries(detail.checkpoint.metrics).map(([name, value]) => [
          metricLabel(name),
          formatFigure(value),
        ]);
        const evaluations = detail.evaluations.map((e) => [
          e.label,
          e.split,
          `${e.firstDay} to ${e.lastDay}`,
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
            `${table([{ ...detail.checkpoint, run: detail.run.name, dataset: detail.dataset }])}\nid ${detail.checkpoint.id}, run ${detail.run.id}`,
            formatTable(['validation', 'value'], metrics),
            formatTable(['evaluation', 'split', 'days', 'RankIC'], evaluations),
            formatTable(['backtest', 'Sharpe', 'report'], backtests),
          ]
            .filter((part) => part !== '')
            .join('\n\n'),
        );
      }),
    );
  checkpoints
    .command('export')
    .description('copy the .onnx file and what documents it into a folder')
    .argument('<checkpoint>', 'id, or the last letters of it')
    .argument('<folder>', 'where to')
    .addHelpText('after', '\nExample:\n  phasor checkpoints export 4T92HK ./model')
    .action((checkpoint: string, folder: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const result = await client.call('checkpoints.export', { checkpoint, folder: resolve(folder) });
        out.result(result, `wrote ${result.files.join(', ')} into ${result.folder}`);
      }),
    );
  checkpoints
    .command('promote')
    .description("make it its dataset's champion, the checkpoint in use")
    .argument('<checkpoint>', 'id, or the last letters of it')
    .addHelpText('after', '\nExample:\n  phasor checkpoints promote 4T92HK')
    .action((checkpoint: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const promoted = await client.call('checkpoints.promote', { checkpoint });
        out.result(promoted, `${promoted.id} (${promoted.phase}) is the champion`);
      }),
    );
  return checkpoints;
}
