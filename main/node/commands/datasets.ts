// phasor datasets: what was imported, what every check said of it, and what happened to a stock.
import { Command, Option } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Quality, QualityCheck } from '../../../core/contract/views/datasets.ts';
import {
  type ActionKind,
  actionText,
  AREAS,
  FINDINGS,
  type FindingCode,
  findingText,
  SKIP_REASONS,
} from '../../../core/contract/data-words.ts';
import { CHECKS } from '../../../core/data/quality-report.ts';
import type { Cli } from '../command.ts';
import { formatCount, formatFigure, formatPercent, formatTable, formatTime } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { DATASETS } from '../words/datasets.ts';
import { IMPORT } from '../words/import.ts';
import { describeExample } from './example-text.ts';

export function datasetsCommand(cli: Cli): Command {
  const help = DATASETS[cli.locale];
  const { nameOrId } = COMMON[cli.locale];
  const datasets = new Command('datasets')
    .description(help.about)
    .addHelpText('after', examples(cli.locale, 'phasor datasets', 'phasor datasets quality tokyo'));
  datasets
    .command('list', { isDefault: true })
    .description(help.list)
    .addHelpText('after', examples(cli.locale, 'phasor datasets list --json'))
    .action((_: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const list = await client.call('datasets.list', {});
        const rows = list.map(({ dataset, versions: [newest] }) => [
          dataset.name,
          String(newest.version),
          formatCount(newest.rows),
          formatCount(newest.stocks),
          COMMON[out.locale].span(newest.firstDay, newest.lastDay),
          formatTime(newest.createdAt),
        ]);
        const { listHeads, empty } = DATASETS[out.locale];
        out.result(list, rows.length === 0 ? empty : formatTable(listHeads, rows));
      }),
    );
  datasets
    .command('tables')
    .description(help.tables)
    .argument('<dataset>', nameOrId)
    .addHelpText('after', examples(cli.locale, 'phasor datasets tables tokyo'))
    .action((dataset: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const tables = await client.call('datasets.tables', { dataset });
        const rows = tables.map(({ name, rows, firstPeriod, lastPeriod, columns }) => [
          name,
          formatCount(rows),
          COMMON[out.locale].span(firstPeriod, lastPeriod),
          columns.join(', '),
        ]);
        const { tableHeads, noTables } = DATASETS[out.locale];
        out.result(tables, rows.length === 0 ? noTables : formatTable(tableHeads, rows));
      }),
    );
  datasets
    .command('quality')
    .description(help.quality)
    .argument('<dataset>', nameOrId)
    .option('--version <n>', help.version)
    .addOption(new Option('--check <id>', help.check).choices(CHECKS))
    .addHelpText(
      'after',
      examples(cli.locale, 'phasor datasets quality tokyo', 'phasor datasets quality tokyo --check price-spike'),
    )
    .action((dataset: string, options: { version?: string; check?: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const version = options.version === undefined ? undefined : Number(options.version);
        const quality = await client.call('datasets.quality', { dataset, version });
        const check = quality.checks.find(({ kind }) => kind === options.check);
        if (check) out.result(check, describeCheck(quality, check, out.locale));
        else out.result(quality, describeQuality(quality, out.locale));
      }),
    );
  datasets
    .command('actions')
    .description(help.actions)
    .argument('<dataset>', nameOrId)
    .argument('<code>', help.code)
    .option('--as-of <day>', help.asOf)
    .addHelpText('after', examples(cli.locale, 'phasor datasets actions tokyo 1852'))
    .action((dataset: string, code: string, options: { asOf?: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const words = DATASETS[out.locale];
        const { corporateActions, actions } = await client.call('datasets.bars', { dataset, code, asOf: options.asOf });
        const rows = corporateActions.map(({ day, kind, ratio, amount, origin }) => [
          day,
          actionText(kind as ActionKind, out.locale),
          formatFigure(ratio),
          formatFigure(amount),
          words.origins[origin] ?? origin,
        ]);
        const steps = actions.map(({ day, ratio }) => [day, formatFigure(ratio)]);
        const parts = [
          rows.length === 0 ? words.noActions : formatTable(words.actionHeads, rows),
          ...(steps.length === 0 ? [] : [`${words.steps}\n${formatTable(words.stepHeads, steps)}`]),
        ];
        out.result({ corporateActions, factorSteps: actions }, parts.join('\n'));
      }),
    );
  return datasets;
}

/** "60 checks: 14 found something, 30 clean, 16 could not run; calendar XTKS, told from the days (100.0 %)" */
export function summariseQuality(
  { checks, calendar, drift, appended, sectors, asRead }: Quality,
  locale: Locale,
): string {
  const words = DATASETS[locale];
  const count = (state: QualityCheck['state']): number => checks.filter((check) => check.state === state).length;
  const counts = { found: count('found'), clean: count('clean'), notRun: count('skipped') + count('unknown') };
  const agreement = calendar?.agreement == null ? null : formatPercent(calendar.agreement);
  const lines = [
    words.summary({ checks: checks.length, ...counts }) + words.calendar(calendar?.name ?? null, agreement),
  ];
  if (drift) lines.push(words.drift(drift.common, drift.changed));
  if (appended) lines.push(IMPORT[locale].appended(appended));
  if (sectors) lines.push(IMPORT[locale].sectorColumnTaken(sectors.column, sectors.file));
  if (asRead) lines.push(words.asRead(asRead.rows, asRead.file));
  return lines.join('\n');
}

/** Examples shown of each finding; --check shows all that are kept. */
const SHOWN = 2;

function describeExamples({ kind, finding }: QualityCheck, most: number, locale: Locale): string[] {
  const found = finding?.examples ?? [];
  const files = new Set(found.map(({ file }) => file));
  return found.slice(0, most).map((one) => `  ${describeExample(kind, one, locale, files.size > 1 || most > SHOWN)}`);
}

/** What it counts, what came of it, and every example that is kept. */
function describeCheck(quality: Quality, check: QualityCheck, locale: Locale): string {
  const words = DATASETS[locale];
  return [
    COMMON[locale].version(quality.dataset, quality.version),
    `${check.kind}: ${resultOf(check, locale)}; ${aboutOf(check, locale)}`,
    ...describeExamples(check, Number.POSITIVE_INFINITY, locale),
    ...(check.finding && check.finding.count > check.finding.examples.length
      ? [words.examplesKept(check.finding.examples.length)]
      : []),
  ].join('\n');
}

const resultOf = ({ state, severity }: QualityCheck, locale: Locale): string =>
  state === 'found' ? IMPORT[locale].severity[severity] : DATASETS[locale].states[state];

const aboutOf = ({ kind, state, reason, finding }: QualityCheck, locale: Locale): string => {
  if (finding) return findingText(kind as FindingCode, finding.count, locale);
  return state === 'skipped'
    ? SKIP_REASONS[reason as keyof typeof SKIP_REASONS][locale]
    : FINDINGS[kind as FindingCode][locale];
};

function describeQuality(quality: Quality, locale: Locale): string {
  const words = DATASETS[locale];
  const rows = quality.checks.map((check) => [
    AREAS[check.area as keyof typeof AREAS][locale],
    check.kind,
    resultOf(check, locale),
    aboutOf(check, locale),
    check.finding?.repair ?? check.finding?.offers[0] ?? '',
  ]);
  const found = quality.checks.flatMap((check) => {
    const lines = describeExamples(check, SHOWN, locale);
    return lines.length === 0 ? [] : [`${check.kind}:`, ...lines];
  });
  return [
    COMMON[locale].version(quality.dataset, quality.version),
    formatTable(words.qualityHeads, rows),
    ...(found.length > 0 ? [words.examples, ...found] : []),
    summariseQuality(quality, locale),
    ...quality.codeChanges.map(({ from, to, day, rows: bars }) => words.codeChange(from, to, day, bars)),
  ].join('\n');
}
