// phasor trash: what was deleted, taking it back, deleting it for good.
import { Command } from 'commander';
import { AppError } from '../../../core/base/errors.ts';
import type { Trashed } from '../../../core/contract/views/workspace.ts';
import type { Cli } from '../command.ts';
import { counted, formatBytes, formatTable, formatTime, shortId } from '../format.ts';

const KINDS: Record<Trashed['kind'], string> = {
  dataset: 'dataset',
  run: 'run',
  backtest: 'backtest',
  featureSet: 'feature set',
};

/** @throws state/not-found listing what there is */
function find(trash: readonly Trashed[], reference: string): Trashed {
  const found = trash.filter(({ id, name }) => name === reference || id.endsWith(reference.toUpperCase()));
  if (found.length === 1) return found[0];
  const known = trash.map(({ name }) => name).join(', ');
  throw new AppError('state/not-found', { what: 'entry of the trash', name: reference, known: known || '-' });
}

export function trashCommand(cli: Cli): Command {
  const trash = new Command('trash')
    .description('list what was deleted, take it back, or delete it for good')
    .addHelpText('after', '\nExamples:\n  phasor trash\n  phasor trash restore my-run');
  trash
    .command('list', { isDefault: true })
    .description('list what was deleted')
    .addHelpText('after', '\nExample:\n  phasor trash list --json')
    .action((_: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const list = await client.call('workspace.trash', {});
        const rows = list.map(({ id, kind, name, deletedAt }) => [
          shortId(id),
          KINDS[kind],
          name,
          formatTime(deletedAt),
        ]);
        out.result(
          list,
          rows.length === 0 ? 'The trash is empty.' : formatTable(['id', 'kind', 'name', 'deleted'], rows),
        );
      }),
    );
  trash
    .command('restore')
    .description('take back what was deleted')
    .argument('<name>', 'name or id')
    .addHelpText('after', '\nExample:\n  phasor trash restore my-run')
    .action((name: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const { kind, id, name: restored } = find(await client.call('workspace.trash', {}), name);
        await client.call('workspace.restore', { kind, id });
        out.result({ restored: id }, `${KINDS[kind]} ${restored} is back`);
      }),
    );
  trash
    .command('empty')
    .description('delete for good what is in the trash')
    .addHelpText('after', '\nExample:\n  phasor trash empty')
    .action((_: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, out }) => {
        const emptied = await client.call('workspace.emptyTrash', {});
        out.result(emptied, `deleted ${counted(emptied.items, 'entry', 'entries')}, ${formatBytes(emptied.bytes)}`);
      }),
    );
  return trash;
}
