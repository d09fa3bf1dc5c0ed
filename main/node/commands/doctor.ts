// phasor doctor: what this machine can train with, and what it has room for.
import { Command } from 'commander';
import type { Cli } from '../command.ts';
import { formatBytes, formatTable } from '../format.ts';

export function doctorCommand(cli: Cli): Command {
  return new Command('doctor')
    .description('list every engine with why it is or is not usable, memory, disk, threads and versions')
    .addHelpText('after', '\nExample:\n  phasor doctor --json')
    .action((_: unknown, command: Command) =>
      cli.act(command, 'none', async ({ client, out }) => {
        const found = await client.call('doctor.run', {});
        const engines = found.engines.map((e) => [
          e.engine,
          e.usable ? 'usable' : 'not usable',
          e.device === null ? e.reason : `${e.device}: ${e.reason}`,
        ]);
        const { memory, disk, workspace } = found;
        const facts = [
          ['memory', `${formatBytes(memory.freeBytes)} free of ${formatBytes(memory.totalBytes)}`],
          ['disk', `${formatBytes(disk.freeBytes)} free of ${formatBytes(disk.totalBytes)} at ${disk.path}`],
          ['threads', String(found.threads)],
          ['platform', found.platform],
          ...Object.entries(found.versions),
          ['workspace', `${workspace.path}: ${workspace.state}`],
          ...Object.entries(workspace.counts).map(([what, count]) => [what, String(count)]),
        ];
        const width = Math.max(...facts.map(([key]) => key.length));
        out.result(
          found,
          [
            formatTable(['engine', '', 'why'], engines),
            `engine=auto takes: ${found.chosen ?? 'none'}`,
            '',
            ...facts.map(([key, value]) => `${key.padEnd(width)}  ${value}`),
          ].join('\n'),
        );
      }),
    );
}
