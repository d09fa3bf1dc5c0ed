// phasor runs: what was trained, how it went, and taking an interrupted run up again.
import { Command } from 'commander';
import { renderMessage } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { RunDetail } from '../../../core/contract/views.ts';
import { shortModeOf } from '../../../core/app/run-mode.ts';
import type { Cli } from '../command.ts';
import { partsOfName } from '../../../core/contract/phase-names.ts';
import type { Session } from '../session.ts';
import { formatFigure, formatInterval, formatSeconds, formatTable, formatTime, shortId } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { RUNS } from '../words/runs.ts';

export function runsCommand(cli: Cli): Command {
  const help = RUNS[cli.locale];
  const { nameOrId } = COMMON[cli.locale];
  const runs = new Command('runs')
    .description(help.about)
    .addHelpText('after', examples(cli.locale, 'phasor runs', 'phasor runs show my-run'));
  runs
    .command('list', { isDefault: true })
    .description(help.list)
    .option('--limit <n>', help.limit, '50')
    .addHelpText('after', examples(cli.locale, 'phasor runs list --json'))
    .action((options: { limit: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const list = await client.call('runs.list', { limit: Number(options.limit) });
        const rows = list.map((run) => [
          shortId(run.id),
          run.name,
          run.dataset,
          run.mode,
          RUNS[out.locale].statuses[run.status],
          formatTime(run.createdAt),
          String(run.phases.length),
          formatFigure(run.summary?.rank_ic),
        ]);
        out.result(list, formatTable(RUNS[out.locale].listHeads, rows) || RUNS[out.locale].empty);
      }),
    );
  runs
    .command('show')
    .description(help.show)
    .argument('<run>', nameOrId)
    .addHelpText('after', examples(cli.locale, 'phasor runs show my-run'))
    .action((run: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const detail = await client.call('runs.get', { run });
        out.result(detail, describeRun(detail, out.locale));
      }),
    );
  runs
    .command('resume')
    .description(help.resume)
    .argument('<run>', nameOrId)
    .option('--other-panel', help.otherPanel)
    .addHelpText('after', examples(cli.locale, 'phasor runs resume my-run'))
    .action((run: string, { otherPanel }: { otherPanel?: boolean }, command: Command) =>
      cli.act(command, 'write', async (session) =>
        followRun(session, await session.client.call('training.resumeRun', { run, otherPanel })),
      ),
    );
  runs
    .command('delete')
    .description(help.delete)
    .argument('<run>', nameOrId)
    .addHelpText('after', examples(cli.locale, 'phasor runs delete my-run'))
    .action((run: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        await client.call('runs.delete', { run });
        out.result({ deleted: run }, RUNS[out.locale].deleted(run));
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
    if (run.status === 'stopped' || run.status === 'interrupted') out.note(RUNS[out.locale].goOn(run.name));
    throw error;
  }
  const detail = await client.call('runs.get', { run: runId });
  out.result(detail, describeRun(detail, out.locale));
}

/** A run in a few lines: how it stands, what each phase reached on validation, what its checkpoints reached out of sample. */
export function describeRun({ run, phases, checkpoints, evaluations }: RunDetail, locale: Locale): string {
  const { outcome, name, id, engine, seed } = run;
  const words = RUNS[locale];
  const took = run.startedAt && run.endedAt ? formatSeconds((run.endedAt - run.startedAt) / 1000) : null;
  const lines = [words.head({ name, id, status: words.statuses[run.status], took, engine, seed })];
  const mode = shortModeOf(run.config);
  if (mode) lines.push(words.modes[mode]);
  if (outcome)
    lines.push(outcome.code === 'bug' ? outcome.message : renderMessage(outcome.code, outcome.params, locale));
  if (phases.length > 0) {
    const rows = phases.map((phase) => [
      phase.phase,
      words.statuses[phase.status] ?? phase.status,
      String(phase.epochs),
      phase.bestEpoch === null ? '-' : String(phase.bestEpoch + 1),
      formatFigure(phase.metrics?.rank_ic),
      formatFigure(phase.metrics?.ic),
      formatFigure(phase.metrics?.sharpe, 2),
      phase.verdict === null ? '-' : words.verdicts[phase.verdict],
    ]);
    lines.push('', words.validation);
    lines.push(formatTable(words.phaseHeads, rows));
  }
  if (evaluations.length > 0) {
    const rows = evaluations.map((evaluation) => [
      evaluation.label,
      words.splits[evaluation.split] ?? evaluation.split,
      formatInterval(evaluation.overall.rankIc ?? null),
      ...evaluation.horizons.map(({ metrics }) => formatInterval(metrics.rankIc ?? null)),
    ]);
    const horizons = evaluations[0].horizons.map(({ horizon }) => COMMON[locale].horizon(horizon));
    const folds = new Set(phases.map(({ phase }) => partsOfName(phase).fold)).size;
    lines.push('', words.outOfSample(folds));
    lines.push(formatTable([...words.testHeads, ...horizons], rows));
  }
  if (checkpoints.length > 0) {
    const rows = checkpoints.map((c) => [
      shortId(c.id),
      c.phase,
      COMMON[locale].kinds[c.kind] ?? c.kind,
      String(c.epoch),
      c.champion ? COMMON[locale].champion : '',
    ]);
    lines.push('', formatTable(words.checkpointHeads, rows));
  }
  return lines.join('\n');
}
