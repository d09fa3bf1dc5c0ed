// phasor fetch: data from a source becomes a version of a dataset; its cost is shown before it starts.
import { Command } from 'commander';
import { AppError } from '../../../core/base/errors.ts';
import { type FetchPlanView, fetchTableSchema, type SourceNoteView } from '../../../core/contract/views/sources.ts';
import { jobResults } from '../../../core/contract/views.ts';
import { REPAIR_NAMES } from '../../../core/data/repairs.ts';
import { SOURCE_NAMES } from '../../../core/data/sources/registry.node.ts';
import type { Cli } from '../command.ts';
import { counted, formatSeconds, formatTable } from '../format.ts';
import { missingDataset, type Session } from '../session.ts';
import { describeVersion } from './import.ts';
import { collectOption } from './sources.ts';

interface FetchOptions {
  dataset?: string;
  from?: string;
  to?: string;
  tables: string;
  codes?: string;
  option?: Record<string, string>;
  repair?: string[];
  update?: boolean;
  plan?: boolean;
  yes?: boolean;
}

const LEFT_OUT: Record<SourceNoteView['code'], (count: number) => string> = {
  gap: (count) => `${counted(count, 'day')} missing`,
  'rows-left-out': (count) => `${counted(count, 'row')} left out`,
  'codes-left-out': (count) => `${counted(count, 'code')} listed and refused`,
  'codes-unknown': (count) => `${counted(count, 'code')} without a bar in these days`,
  'table-empty': () => 'nothing came',
};

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export function fetchCommand(cli: Cli): Command {
  return new Command('fetch')
    .description('fetch data from a source and import it; shows the cost and asks first')
    .argument('[source]', `one of: ${SOURCE_NAMES.join(', ')}`)
    .option('--dataset <name>', 'name of the dataset; a second fetch under one name makes a new version')
    .option('--from <day>', 'first day, as 2024-01-31')
    .option('--to <day>', 'last day; today unless given')
    .option('--tables <names>', 'tables, separated by commas; "all" for all that the key may have', 'bars')
    .option('--codes <codes>', 'only these, separated by commas')
    .option('--option <name=value>', 'what only this source asks for; repeatable', collectOption)
    .option(
      '--repair <rule>',
      `repair rule to apply (${REPAIR_NAMES.join(', ')}); repeatable`,
      (rule: string, before: string[] = []) => [...before, rule],
    )
    .option('--update', 'fetch what --dataset was last fetched by again, up to today')
    .option('--plan', 'show the cost, and fetch nothing')
    .option('--yes', 'start without asking')
    .addHelpText(
      'after',
      `
What is complete stays when a download is cut off: the same command goes on where it stopped. Keys: phasor sources key <source>.

Examples:
  phasor fetch jquants --dataset tokyo --from 2020-01-01 --tables bars,statements,margin-interest
  phasor fetch crypto --dataset coins --from 2022-01-01 --tables bars,funding --option exchange=binanceusdm --codes BTC/USDT:USDT,ETH/USDT:USDT
  phasor fetch forex --dataset pairs --from 2015-01-01 --codes EURUSD,USDJPY
  phasor fetch --update --dataset tokyo --yes`,
    )
    .action(async (source: string | undefined, options: FetchOptions, command: Command) => {
      await cli.act(command, 'write', async (session) => {
        const { client, out, follow } = session;
        const dataset = options.dataset ?? (options.plan && !options.update ? '' : await missingName(session, options));
        const request = options.update ? null : await requestOf(session, source, options);
        if (request && (await isUnasked(session, request.source)))
          out.note('asking what your key may have; at a few requests a minute that takes a minute or two');
        const plan = request
          ? await client.call('sources.plan', request)
          : await client.call('sources.planUpdate', { dataset });
        if (options.plan || (out.json && !options.yes)) return out.result(plan, describePlan(plan));
        out.note(describePlan(plan));
        if (plan.requests > 0 && !options.yes) await confirm(cli);
        const { jobId } = request
          ? await client.call('sources.fetch', { ...request, dataset, repairs: options.repair ?? [] })
          : await client.call('sources.update', { dataset });
        const result = jobResults.fetch.parse(await follow(jobId));
        const empty = result.notes.flatMap(({ code, table }) => (code === 'table-empty' ? [table] : []));
        const lines = [
          `fetched ${counted(result.parts, 'part')} with ${counted(result.requests, 'request')}`,
          ...(empty.length > 0 ? [`nothing came for: ${empty.join(', ')}`] : []),
          ...result.notes
            .filter(({ code }) => code !== 'table-empty')
            .map(
              ({ code, table, count, examples }) =>
                `${table}: ${LEFT_OUT[code](count)}, for instance ${examples.join(', ')}`,
            ),
          describeVersion(result.dataset, result.version, result.findings, out.locale),
        ];
        out.result(result, lines.join('\n'));
      });
    });
}

function missingName({ client }: Session, { update }: FetchOptions): Promise<never> | never {
  if (update) return missingDataset(client);
  throw new AppError('input/bad-option', {
    option: '--dataset',
    problem: 'is required; any name of letters, digits, dots, dashes and underscores',
  });
}

async function requestOf(
  { client }: Session,
  source: string | undefined,
  { from, to, tables, codes, option = {} }: FetchOptions,
) {
  if (source === undefined)
    throw new AppError('input/bad-option', { option: '<source>', problem: `is required: ${SOURCE_NAMES.join(', ')}` });
  if (from === undefined)
    throw new AppError('input/bad-option', { option: '--from', problem: 'is required: the first day, as 2024-01-31' });
  return {
    source,
    tables: (tables.trim() === 'all' ? await offered(client, source, option) : list(tables)).map((table) => {
      const known = fetchTableSchema.safeParse(table);
      if (!known.success)
        throw new AppError('input/bad-option', {
          option: '--tables',
          problem: `there is no table "${table}"; "phasor sources ${source}" lists them`,
        });
      return known.data;
    }),
    codes: codes === undefined ? undefined : list(codes),
    from,
    to,
    options: option,
  };
}

/** Whether planning has to ask what the key may have, which the slowest plans make wait for. */
async function isUnasked({ client }: Session, source: string): Promise<boolean> {
  const known = (await client.call('sources.list', {})).find(({ name }) => name === source);
  return known?.keyStored === true && known.entitlement === null;
}

/** All tables that the key may have. */
async function offered(client: Session['client'], source: string, options: Record<string, string>): Promise<string[]> {
  const known = (await client.call('sources.list', {})).find(({ name }) => name === source)?.entitlement;
  const { tables } = known ?? (await client.call('sources.probe', { source, options }));
  return tables.flatMap(({ table, closed }) => (closed === null ? [table] : []));
}

function describePlan({ plan, requestsPerMinute, requests, minutes, tables }: FetchPlanView): string {
  const rows = tables.map((table) => [
    table.table,
    `${table.from} to ${table.to}`,
    String(table.parts),
    String(table.stored),
    String(table.requests),
  ]);
  const pace =
    requestsPerMinute === null ? '' : ` at ${requestsPerMinute} a minute${plan === null ? '' : ` (plan ${plan})`}`;
  const cost =
    requests === 0
      ? 'everything is on disk already'
      : `${counted(requests, 'request')} or more${pace}: ${minutes * 60 < 1 ? 'a second at most' : `about ${formatSeconds(minutes * 60)}`}`;
  return `${formatTable(['table', 'days', 'parts', 'on disk', 'requests'], rows)}\n${cost}`;
}

/** @throws cancelled; input/bad-option where nobody can be asked */
async function confirm({ io }: Cli): Promise<void> {
  const answer = await io.ask?.('Start? [y/N] ');
  if (answer === undefined || answer === null)
    throw new AppError('input/bad-option', { option: '--yes', problem: 'is required where nobody can be asked' });
  if (!/^(y|yes|はい)$/i.test(answer.trim())) throw new AppError('cancelled', {});
}
