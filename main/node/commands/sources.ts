// phasor sources: which sources of data there are, what a key may have, and keeping keys.
import { Command } from 'commander';
import { AppError, renderMessage } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { EntitlementView, SourceView } from '../../../core/contract/views/sources.ts';
import { SOURCE_NAMES } from '../../../core/data/sources/registry.node.ts';
import type { Cli } from '../command.ts';
import { formatTable, formatTime } from '../format.ts';
import type { Session } from '../session.ts';

export function sourcesCommand(cli: Cli): Command {
  const sources = new Command('sources')
    .description('list sources of data, store keys, and ask what a key may have')
    .addHelpText(
      'after',
      '\nExamples:\n  phasor sources\n  phasor sources key jquants\n  phasor sources probe jquants',
    );
  sources
    .command('list', { isDefault: true })
    .description('list sources: keys, tables, what was fetched last; asks nothing of any source')
    .argument('[source]', `one of them: ${SOURCE_NAMES.join(', ')}`)
    .addHelpText('after', '\nExample:\n  phasor sources jquants')
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
    .description('store your key to a source: read from stdin, or asked for; never given as an argument')
    .argument('<source>')
    .option('--remove', 'forget the key')
    .addHelpText('after', '\nExamples:\n  phasor sources key jquants\n  phasor sources key jquants < key.txt')
    .action((source: string, options: { remove?: boolean }, command: Command) =>
      cli.act(command, 'none', async ({ client, out }) => {
        if (options.remove) {
          await client.call('sources.removeKey', { source });
          out.result({ source, stored: false }, `no key to ${source} is kept any more`);
          return;
        }
        const key = await cli.io.ask?.(`Key to ${source} (not shown): `, { hidden: true });
        if (key === null || key === undefined) throw new AppError('source/bad-key', {});
        await client.call('sources.setKey', { source, key });
        out.result(
          { source, stored: true },
          `the key to ${source} is kept; "phasor sources probe ${source}" asks what it may have`,
        );
      }),
    );
  sources
    .command('probe')
    .description('ask a source what your key may have: a handful of requests')
    .argument('<source>')
    .option('--option <name=value>', 'what only this source asks for; repeatable', collectOption)
    .addHelpText('after', '\nExample:\n  phasor sources probe jquants --json')
    .action((source: string, options: { option?: Record<string, string> }, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const found = await client.call('sources.probe', { source, options: options.option ?? {} });
        out.result(found, describeEntitlement(found));
      }),
    );
  return sources;
}

/** "exchange=binance" into { exchange: "binance" }. */
export function collectOption(pair: string, before: Record<string, string> = {}): Record<string, string> {
  const at = pair.indexOf('=');
  if (at < 1) throw new AppError('input/bad-option', { option: `--option ${pair}`, problem: 'write name=value' });
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) };
}

function describeSource(source: SourceView, locale: Locale): string {
  const { keyProblem } = source;
  const problem =
    keyProblem && keyProblem.code !== 'bug'
      ? renderMessage(keyProblem.code, keyProblem.params, locale)
      : keyProblem?.message;
  const key = source.needsKey
    ? (problem ?? (source.keyStored ? 'kept' : `none; store yours with "phasor sources key ${source.name}"`))
    : 'not needed';
  const lines = [
    `${source.name}`,
    `key      ${key}`,
    `tables   ${source.tables.join(', ')}`,
    ...source.options.map(
      ({ name, required, example }) => `option   ${name}${required ? ' (required)' : ''}, such as ${example}`,
    ),
    ...(source.entitlement ? [describeEntitlement(source.entitlement)] : []),
  ];
  if (source.fetched.length > 0) {
    const rows = source.fetched.map((last) => [
      last.dataset,
      String(last.version ?? '-'),
      `${last.from} to ${last.to}`,
      last.codes === null ? 'all' : String(last.codes),
      last.tables.join(', '),
      formatTime(last.fetchedAt),
    ]);
    lines.push(formatTable(['dataset', 'version', 'days', 'codes', 'tables', 'fetched'], rows));
  }
  return lines.join('\n');
}

function describeEntitlement({ plan, requestsPerMinute, probedAt, tables }: EntitlementView): string {
  const rows = tables.map(({ table, closed, from, to }) => [
    table,
    closed === null ? 'yes' : `no (${closed})`,
    from ?? '',
    to ?? '',
  ]);
  const limit = requestsPerMinute === null ? '' : `, ${requestsPerMinute} requests a minute`;
  return `plan     ${plan ?? 'none'}${limit}, asked ${formatTime(probedAt)}\n${formatTable(['table', 'offered', 'from', 'to'], rows)}`;
}
