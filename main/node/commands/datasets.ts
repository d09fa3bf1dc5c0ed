// phasor datasets: what was imported, what every check said of it, and what happened to a stock.
import { Command } from 'commander';
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
import type { Cli } from '../command.ts';
import { counted, formatCount, formatFigure, formatPercent, formatTable, formatTime } from '../format.ts';

export function datasetsCommand(cli: Cli): Command {
  const datasets = new Command('datasets')
    .description("list datasets, show the checks of an import and a stock's corporate actions")
    .addHelpText('after', '\nExamples:\n  phasor datasets\n  phasor datasets quality tokyo');
  datasets
    .command('list', { isDefault: true })
    .description('list datasets with their newest version')
    .addHelpText('after', '\nExample:\n  phasor datasets list --json')
    .action((_: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const list = await client.call('datasets.list', {});
        const rows = list.map(({ dataset, versions: [newest] }) => [
          dataset.name,
          String(newest.version),
          formatCount(newest.rows),
          formatCount(newest.stocks),
          `${newest.firstDay} to ${newest.lastDay}`,
          formatTime(newest.createdAt),
        ]);
        const heads = ['dataset', 'version', 'bars', 'stocks', 'days', 'imported'];
        out.result(list, rows.length === 0 ? 'no datasets yet' : formatTable(heads, rows));
      }),
    );
  datasets
    .command('tables')
    .description('list the tables that a dataset holds beside its bars')
    .argument('<dataset>', 'name or id')
    .addHelpText('after', '\nExample:\n  phasor datasets tables tokyo')
    .action((dataset: string, _: unknown, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const tables = await client.call('datasets.tables', { dataset });
        const rows = tables.map(({ name, rows, firstPeriod, lastPeriod, columns }) => [
          name,
          formatCount(rows),
          `${firstPeriod} to ${lastPeriod}`,
          columns.join(', '),
        ]);
        const heads = ['table', 'rows', 'periods', 'columns with values'];
        out.result(tables, rows.length === 0 ? 'no tables beside the bars' : formatTable(heads, rows));
      }),
    );
  datasets
    .command('quality')
    .description('show every check of a dataset: what it found, or why it could not run')
    .argument('<dataset>', 'name or id')
    .option('--version <n>', 'another version than the newest')
    .addHelpText('after', '\nExample:\n  phasor datasets quality tokyo')
    .action((dataset: string, options: { version?: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const version = options.version === undefined ? undefined : Number(options.version);
        const quality = await client.call('datasets.quality', { dataset, version });
        out.result(quality, describeQuality(quality, out.locale));
      }),
    );
  datasets
    .command('actions')
    .description("show a stock's splits, dividends, changes of code, mergers and delisting")
    .argument('<dataset>', 'name or id')
    .argument('<code>', 'code of the stock')
    .option('--as-of <day>', 'what was known on that day')
    .addHelpText('after', '\nExample:\n  phasor datasets actions tokyo 1852')
    .action((dataset: string, code: string, options: { asOf?: string }, command: Command) =>
      cli.act(command, 'read', async ({ client, out }) => {
        const { corporateActions, actions } = await client.call('datasets.bars', { dataset, code, asOf: options.asOf });
        const rows = corporateActions.map(({ day, kind, ratio, amount, origin }) => [
          day,
          actionText(kind as ActionKind, out.locale),
          formatFigure(ratio),
          formatFigure(amount),
          origin,
        ]);
        const steps = actions.map(({ day, ratio }) => [day, formatFigure(ratio)]);
        const parts = [
          rows.length === 0
            ? 'no corporate actions in its tables'
            : formatTable(['day', 'action', 'ratio', 'amount', 'known from'], rows),
          ...(steps.length === 0 ? [] : [`steps of the adjustment factor:\n${formatTable(['day', 'ratio'], steps)}`]),
        ];
        out.result({ corporateActions, factorSteps: actions }, parts.join('\n'));
      }),
    );
  return datasets;
}

/** "60 checks: 14 found something, 30 clean, 16 could not run; calendar XTKS, told from the days (100.0 % of its holidays)" */
export function summariseQuality({ checks, calendar, drift }: Quality): string {
  const count = (state: QualityCheck['state']): number => checks.filter((check) => check.state === state).length;
  const guessed = calendar?.agreement == null ? '' : `, told from the days (${formatPercent(calendar.agreement)})`;
  const lines = [
    `${counted(checks.length, 'check')}: ${count('found')} found something, ${count('clean')} clean, ${count('skipped') + count('unknown')} could not run; ` +
      `calendar ${calendar === null ? 'not known' : `${calendar.name}${guessed}`}`,
  ];
  if (drift)
    lines.push(
      `against the version before: ${counted(drift.common, 'bar')} in both, ${formatCount(drift.changed)} of them changed`,
    );
  return lines.join('\n');
}

function describeQuality(quality: Quality, locale: Locale): string {
  const rows = quality.checks.map(({ kind, area, severity, state, reason, finding }) => [
    AREAS[area as keyof typeof AREAS][locale],
    kind,
    state === 'found' ? severity : state,
    finding
      ? findingText(kind as FindingCode, finding.count, locale)
      : state === 'skipped'
        ? SKIP_REASONS[reason as keyof typeof SKIP_REASONS][locale]
        : FINDINGS[kind as FindingCode][locale],
    finding?.repair ?? finding?.offers[0] ?? '',
  ]);
  const heads = ['area', 'check', 'result', 'what it counts', 'repair'];
  return [
    `${quality.dataset} version ${quality.version}`,
    formatTable(heads, rows),
    summariseQuality(quality),
    ...quality.codeChanges.map(
      ({ from, to, day, rows: bars }) => `${from} became ${to} on ${day}: ${counted(bars, 'bar')} joined`,
    ),
  ].join('\n');
}
