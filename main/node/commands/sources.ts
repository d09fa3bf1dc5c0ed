// phasor sources: which sources of data there are, what a key may have, and keeping keys.
import { Command } from 'commander';
import { AppError, renderMessage } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { EntitlementView, SourceView } from '../../../core/contract/views/sources.ts';
import { SOURCE_NAMES } from '../../../core/data/sources/registry.node.ts';
import type { Cli } from '../command.ts';
import { formatTable, formatTime } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { SOURCES } from '../words/sources.ts';
import type { Session } from '../session.ts';

export function sourcesCommand(cli: Cli): Command {
  const help = SOURCES[cli.locale];
  const sources = new Command('sources')
    .description(help.about)
    .addHelpText(
      'after',
      examples(cli.locale, 'phasor sources', 'phasor sources key jquants', 'phasor sources probe jquants'),
    );
  sources
    .command('list', { isDefault: true })
    .description(help.list)
    .argument('[source]', help.one(SOURCE_NAMES.join(', ')))
    .addHelpText('after', examples(cli.locale, 'phasor sources jquants'))
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      const show = async ({ client, out }: Session): Promise<void> => {
        const list = await client.call('sources.list', {});
        const shown = name === undefined ? list : list.filter((source) => source.name === name);
        if (shown.length === 0 && name !== undefined)
          throw new AppError('source/unknown', { name, known: list.map((source) => source.name).join(', ') });
        out.result(shown, shown.map((source) => describeSource(source, out.locale)).join('\n\n'));
      };
      try {
        await cli.act(command, 'read', show);
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'state/no-workspace')) throw error;
        await cli.act(command, 'none', show); // keys and what sources have need none
      }
    });
  sources
    .command('key')
    .description(help.key)
    .argument('<source>', help.source)
    .option('--remove', help.remove)
    .addHelpText('after', examples(cli.locale, 'phasor sources key jquants', 'phasor sources key jquants < key.txt'))
    .action((source: string, options: { remove?: boolean }, command: Command) =>
      cli.act(command, 'none', async ({ client, out }) => {
        if (options.remove) {
          await client.call('sources.removeKey', { source });
          out.result({ source, stored: false }, SOURCES[out.locale].removed(source));
          return;
        }
        const key = await cli.io.ask?.(SOURCES[out.locale].ask(source), { hidden: true });
        if (key === null || key === undefined) throw new AppError('source/bad-key', {});
        await client.call('sources.setKey', { source, key });
        out.result({ source, stored: true }, SOURCES[out.locale].stored(source));
      }),
    );
  sources
    .command('probe')
    .description(help.probe)
    .argument('<source>', help.source)
    .option('--option <name=value>', help.option, collectOption(cli.locale))
    .addHelpText('after', examples(cli.locale, 'phasor sources probe jquants --json'))
    .action((source: string, options: { option?: Record<string, string> }, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const found = await client.call('sources.probe', { source, options: options.option ?? {} });
        out.result(found, describeEntitlement(found, out.locale));
      }),
    );
  return sources;
}

/** "exchange=binance" into { exchange: "binance" }. */
export const collectOption =
  (locale: Locale) =>
  (pair: string, before: Record<string, string> = {}): Record<string, string> => {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new AppError('input/bad-option', {
        option: `--option ${pair}`,
        problem: COMMON[locale].write('name=value'),
      });
    return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) };
  };

function describeSource(source: SourceView, locale: Locale): string {
  const { keyProblem } = source;
  const words = SOURCES[locale];
  const { labels } = words;
  const problem =
    keyProblem && keyProblem.code !== 'bug'
      ? renderMessage(keyProblem.code, keyProblem.params, locale)
      : keyProblem?.message;
  const key = source.needsKey
    ? (problem ?? (source.keyStored ? words.kept : words.missing(source.name)))
    : words.notNeeded;
  const lines = [
    `${source.name}`,
    `${labels.key}${key}`,
    `${labels.tables}${source.tables.join(', ')}`,
    ...source.options.map(({ name, required, example }) => `${labels.option}${words.example(name, required, example)}`),
    ...(source.entitlement ? [describeEntitlement(source.entitlement, locale)] : []),
  ];
  if (source.fetched.length > 0) {
    const rows = source.fetched.map((last) => [
      last.dataset,
      String(last.version ?? '-'),
      COMMON[locale].span(last.from, last.to),
      last.codes === null ? words.allCodes : String(last.codes),
      last.tables.join(', '),
      formatTime(last.fetchedAt),
    ]);
    lines.push(formatTable(words.heads, rows));
  }
  return lines.join('\n');
}

function describeEntitlement({ plan, requestsPerMinute, probedAt, tables }: EntitlementView, locale: Locale): string {
  const words = SOURCES[locale];
  const rows = tables.map(({ table, closed, from, to }) => [
    table,
    closed === null ? words.offered : words.closed(words.reasons[closed]),
    from ?? '',
    to ?? '',
  ]);
  const head = `${words.labels.plan}${words.plan(plan, requestsPerMinute, formatTime(probedAt))}`;
  return `${head}\n${formatTable(words.offeredHeads, rows)}`;
}
