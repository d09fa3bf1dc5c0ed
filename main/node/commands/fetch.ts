// phasor fetch: data from a source becomes a version of a dataset; its cost is shown before it starts.
import { Command } from 'commander';
import { AppError } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import { type FetchPlanView, fetchTableSchema } from '../../../core/contract/views/sources.ts';
import { jobResults } from '../../../core/contract/views.ts';
import { REPAIR_NAMES } from '../../../core/data/repairs.ts';
import { SOURCE_NAMES } from '../../../core/data/sources/registry.node.ts';
import type { Cli } from '../command.ts';
import { formatSeconds, formatTable } from '../format.ts';
import { missingDataset, type Session } from '../session.ts';
import { COMMON, examples } from '../words/common.ts';
import { FETCH } from '../words/fetch.ts';
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

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export function fetchCommand(cli: Cli): Command {
  const { locale } = cli;
  const help = FETCH[locale];
  return new Command('fetch')
    .description(help.about)
    .argument('[source]', help.source(SOURCE_NAMES.join(', ')))
    .option('--dataset <name>', help.dataset)
    .option('--from <day>', help.from)
    .option('--to <day>', help.to)
    .option('--tables <names>', help.tables, 'bars')
    .option('--codes <codes>', help.codes)
    .option('--option <name=value>', help.option, collectOption(locale))
    .option('--repair <rule>', help.repair(REPAIR_NAMES.join(', ')), (rule: string, before: string[] = []) => [
      ...before,
      rule,
    ])
    .option('--update', help.update)
    .option('--plan', help.plan)
    .option('--yes', help.yes)
    .addHelpText(
      'after',
      `\n${help.resume}\n${examples(
        locale,
        'phasor fetch jquants --dataset tokyo --from 2020-01-01 --tables bars,statements,margin-interest',
        'phasor fetch crypto --dataset coins --from 2022-01-01 --tables bars,funding --option exchange=binanceusdm --codes BTC/USDT:USDT,ETH/USDT:USDT',
        'phasor fetch forex --dataset pairs --from 2015-01-01 --codes EURUSD,USDJPY',
        'phasor fetch --update --dataset tokyo --yes',
      )}`,
    )
    .action(async (source: string | undefined, options: FetchOptions, command: Command) => {
      await cli.act(command, 'write', async (session) => {
        const { client, out, follow } = session;
        const words = FETCH[out.locale];
        const dataset = options.dataset ?? (options.plan && !options.update ? '' : await missingName(session, options));
        const request = options.update ? null : await requestOf(session, source, options);
        if (request && (await isUnasked(session, request.source))) out.note(words.asking);
        const plan = request
          ? await client.call('sources.plan', request)
          : await client.call('sources.planUpdate', { dataset });
        if (options.plan || (out.json && !options.yes)) return out.result(plan, describePlan(plan, out.locale));
        out.note(describePlan(plan, out.locale));
        if (plan.requests > 0 && !options.yes) await confirm(cli, out.locale);
        const { jobId } = request
          ? await client.call('sources.fetch', { ...request, dataset, repairs: options.repair ?? [] })
          : await client.call('sources.update', { dataset });
        const result = jobResults.fetch.parse(await follow(jobId));
        const empty = result.notes.flatMap(({ code, table }) => (code === 'table-empty' ? [table] : []));
        const lines = [
          words.fetched(result.parts, result.requests),
          ...(empty.length > 0 ? [words.empty(empty)] : []),
          ...result.notes
            .filter(({ code }) => code !== 'table-empty')
            .map(
              ({ code, table, count, examples }) =>
                `${table}: ${words.leftOut[code](count)}${words.instance(examples)}`,
            ),
          describeVersion(result.dataset, result.version, result.findings, out.locale),
        ];
        out.result(result, lines.join('\n'));
      });
    });
}

function missingName({ client, out }: Session, { update }: FetchOptions): Promise<never> | never {
  if (update) return missingDataset(client, out.locale);
  throw new AppError('input/bad-option', {
    option: '--dataset',
    problem: COMMON[out.locale].nameRequired,
  });
}

async function requestOf(
  { client, out }: Session,
  source: string | undefined,
  { from, to, tables, codes, option = {} }: FetchOptions,
) {
  const words = FETCH[out.locale];
  if (source === undefined)
    throw new AppError('input/bad-option', {
      option: '<source>',
      problem: words.sourceRequired(SOURCE_NAMES.join(', ')),
    });
  if (from === undefined) throw new AppError('input/bad-option', { option: '--from', problem: words.fromRequired });
  return {
    source,
    tables: (tables.trim() === 'all' ? await offered(client, source, option) : list(tables)).map((table) => {
      const known = fetchTableSchema.safeParse(table);
      if (!known.success)
        throw new AppError('input/bad-option', {
          option: '--tables',
          problem: words.noTable(table, source),
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

function describePlan({ plan, requestsPerMinute, requests, minutes, tables }: FetchPlanView, locale: Locale): string {
  const words = FETCH[locale];
  const rows = tables.map((table) => [
    table.table,
    COMMON[locale].span(table.from, table.to),
    String(table.parts),
    String(table.stored),
    String(table.requests),
  ]);
  const pace = requestsPerMinute === null ? '' : words.pace(requestsPerMinute, plan);
  const time = minutes * 60 < 1 ? null : formatSeconds(minutes * 60);
  const cost = requests === 0 ? words.nothing : words.cost(requests, pace, time);
  return `${formatTable(words.heads, rows)}\n${cost}`;
}

/** @throws cancelled; input/bad-option where nobody can be asked */
async function confirm({ io }: Cli, locale: Locale): Promise<void> {
  const answer = await io.ask?.(FETCH[locale].start);
  if (answer === undefined || answer === null)
    throw new AppError('input/bad-option', { option: '--yes', problem: FETCH[locale].yesRequired });
  if (!/^(y|yes|はい)$/i.test(answer.trim())) throw new AppError('cancelled', {});
}
