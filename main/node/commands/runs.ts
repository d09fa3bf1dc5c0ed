// phasor runs: what was trained, how it went, and taking an interrupted run up again.
import { Command } from 'commander';
import { renderMessage } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { RunDetail } from '../../../core/contract/views.ts';
import { type ShortMode, shortModeOf } from '../../../core/app/run-mode.ts';
import type { Cli } from '../command.ts';
import { partsOfName } from '../../../core/contract/phase-names.ts';
import type { Session } from '../session.ts';
import { formatFigure, formatInterval, formatSeconds, formatTable, formatTime, shortId } from '../format.ts';

/** What a phase's best epoch did on the validation days that it was chosen by; whether it is better is for the test days to say. */
const VERDICTS = {
  improved: 'higher than its parent',
  carried_parent: 'no gain: parent carried on',
  kept_anyway: 'no gain: kept all the same',
} as const;

const SHORT_MODE_NOTES: Record<ShortMode, string> = {
  debug: 'mode=debug: cut short to see that the chain works; its figures say nothing about the model.',
  demo: 'mode=demo: made small to be quick; its figures say that the chain works, not what the model can do.',
};

export function runsCommand(cli: Cli): Command {
  const runs = new Command('runs')
    .description('list, show, resume or delete runs')
    .addHelpText('after', '\nExamples:\n  phasor runs\n  phasor runs show my-run');
  runs
    .command('list', { isDefault: true })
    .description('list runs, newest first')
    .option('--limit <n>', 'at most so many', '50')
    .addHelpText('after', '\nExample:\n  phasor runs list --json')
    .action((options: { limit: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const list = await client.call('runs.list', { limit: Number(options.limit) });
        const rows = list.map((run) => [
          shortId(run.id),
          run.name,
          run.dataset,
          run.mode,
          run.status,
          formatTime(run.createdAt),
          String(run.phases.length),
          formatFigure(run.summary?.rank_ic),
        ]);
        out.result(
          list,
          formatTable(['run', 'name', 'dataset', 'mode', 'status', 'made', 'phases', 'valid RankIC'], rows) ||
            'no runs yet',
        );
      }),
    );
  runs
    .command('show')
    .description('show a run: its phases, checkpoints and evaluations')
    .argument('<run>', 'name or id')
    .addHelpText('after', '\nExample:\n  phasor runs show my-run')
    .action((run: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const detail = await client.call('runs.get', { run });
        out.result(detail, describeRun(detail, out.locale));
      }),
    );
  runs
    .command('resume')
    .description('go on with an interrupted or stopped run, from its last checkpoint')
    .argument('<run>', 'name or id')
    .option('--other-panel', 'go on though the panel that it was begun on is gone and this version computes another')
    .addHelpText('after', '\nExample:\n  phasor runs resume my-run')
    .action((run: string, { otherPanel }: { otherPanel?: boolean }, command: Command) =>
      cli.act(command, 'write', async (session) =>
        followRun(session, await session.client.call('training.resumeRun', { run, otherPanel })),
      ),
    );
  runs
    .command('delete')
    .description('put a run with its checkpoints and files into the trash (phasor trash takes it back)')
    .argument('<run>', 'name or id')
    .addHelpText('after', '\nExample:\n  phasor runs delete my-run')
    .action((run: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        await client.call('runs.delete', { run });
        out.result({ deleted: run }, `deleted ${run}; phasor trash restore ${run} takes it back`);
      }),
    );
  return runs;
}

/** Shows a run's training to its end and then the run; says how to go on with one that did not get there. */
export async function followRun(
  { client, out, follow }: Session,
  { jobId, runId }: { jobId: string; runId: string },
): Promise<void> {
  try {
    await follow(jobId);
  } catch (error) {
    const { run } = await client.call('runs.get', { run: runId });
    if (run.status === 'stopped' || run.status === 'interrupted')
      out.note(`Go on with it: phasor train --resume ${run.name}`);
    throw error;
  }
  const detail = await client.call('runs.get', { run: runId });
  out.result(detail, describeRun(detail, out.locale));
}

/** A run in a few lines: how it stands, what each phase reached on validation, what its checkpoints reached out of sample. */
export function describeRun({ run, phases, checkpoints, evaluations }: RunDetail, locale: Locale): string {
  const { outcome } = run;
  const took = run.startedAt && run.endedAt ? ` in ${formatSeconds((run.endedAt - run.startedAt) / 1000)}` : '';
  const lines = [`${run.name} (${run.id}): ${run.status}${took}, engine ${run.engine}, seed ${run.seed}`];
  const mode = shortModeOf(run.config);
  if (mode) lines.push(SHORT_MODE_NOTES[mode]);
  if (outcome)
    lines.push(outcome.code === 'bug' ? outcome.message : renderMessage(outcome.code, outcome.params, locale));
  if (phases.length > 0) {
    const rows = phases.map((phase) => [
      phase.phase,
      phase.status,
      String(phase.epochs),
      phase.bestEpoch === null ? '-' : String(phase.bestEpoch + 1),
      formatFigure(phase.metrics?.rank_ic),
      formatFigure(phase.metrics?.ic),
      formatFigure(phase.metrics?.sharpe, 2),
      phase.verdict === null ? '-' : VERDICTS[phase.verdict],
    ]);
    lines.push('', 'validation');
    lines.push(formatTable(['phase', 'status', 'epochs', 'best', 'RankIC', 'IC', 'Sharpe', 'verdict'], rows));
  }
  if (evaluations.length > 0) {
    const rows = evaluations.map((evaluation) => [
      evaluation.label,
      evaluation.split,
      formatInterval(evaluation.overall.rankIc ?? null),
      ...evaluation.horizons.map(({ metrics }) => formatInterval(metrics.rankIc ?? null)),
    ]);
    const horizons = evaluations[0].horizons.map(({ horizon }) => `${horizon} d`);
    const folds = new Set(phases.map(({ phase }) => partsOfName(phase).fold)).size;
    const joined = folds > 1 ? `, the test days of ${folds} folds joined` : '';
    lines.push('', `out of sample${joined}: RankIC with its 95 % interval`);
    lines.push(formatTable(['what', 'split', 'all horizons', ...horizons], rows));
  }
  if (checkpoints.length > 0) {
    const rows = checkpoints.map((c) => [
      shortId(c.id),
      c.phase,
      c.kind,
      String(c.epoch),
      c.champion ? 'champion' : '',
    ]);
    lines.push('', formatTable(['checkpoint', 'phase', 'kind', 'epoch', ''], rows));
  }
  return lines.join('\n');
}
