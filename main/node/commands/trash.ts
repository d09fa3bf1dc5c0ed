// phasor trash: what was deleted, taking it back, deleting it for good.
import { Command } from 'commander';
import { AppError } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Trashed } from '../../../core/contract/views/workspace.ts';
import type { Cli } from '../command.ts';
import { formatBytes, formatTable, formatTime, shortId } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { TRASH } from '../words/workspace.ts';

/** @throws state/not-found listing what there is */
function find(trash: readonly Trashed[], reference: string, locale: Locale): Trashed {
  const found = trash.filter(({ id, name }) => name === reference || id.endsWith(reference.toUpperCase()));
  if (found.length === 1) return found[0];
  const known = trash.map(({ name }) => name).join(', ');
  throw new AppError('state/not-found', { what: TRASH[locale].what, name: reference, known: known || '-' });
}

export function trashCommand(cli: Cli): Command {
  const help = TRASH[cli.locale];
  const trash = new Command('trash')
    .description(help.about)
    .addHelpText('after', examples(cli.locale, 'phasor trash', 'phasor trash restore my-run'));
  trash
    .command('list', { isDefault: true })
    .description(help.list)
    .addHelpText('after', examples(cli.locale, 'phasor trash list --json'))
    .action((_: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const words = TRASH[out.locale];
        const list = await client.call('workspace.trash', {});
        const rows = list.map(({ id, kind, name, deletedAt }) => [
          shortId(id),
          words.kinds[kind],
          name,
          formatTime(deletedAt),
        ]);
        out.result(list, rows.length === 0 ? words.empty : formatTable(words.heads, rows));
      }),
    );
  trash
    .command('restore')
    .description(help.restore)
    .argument('<name>', COMMON[cli.locale].nameOrId)
    .addHelpText('after', examples(cli.locale, 'phasor trash restore my-run'))
    .action((name: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const { kind, id, name: restored } = find(await client.call('workspace.trash', {}), name, out.locale);
        await client.call('workspace.restore', { kind, id });
        out.result({ restored: id }, TRASH[out.locale].restored(TRASH[out.locale].kinds[kind], restored));
      }),
    );
  trash
    .command('empty')
    .description(help.purge)
    .addHelpText('after', examples(cli.locale, 'phasor trash empty'))
    .action((_: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const emptied = await client.call('workspace.emptyTrash', {});
        out.result(emptied, TRASH[out.locale].purged(emptied.items, formatBytes(emptied.bytes)));
      }),
    );
  return trash;
}
