// phasor doctor: what this machine can train with, and what it has room for.
import { Command } from 'commander';
import { remarkText } from '../../../core/base/remarks.ts';
import type { Cli } from '../command.ts';
import { displayWidth, formatBytes, formatTable } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { DOCTOR } from '../words/workspace.ts';

export function doctorCommand(cli: Cli): Command {
  return new Command('doctor')
    .description(DOCTOR[cli.locale].about)
    .addHelpText('after', examples(cli.locale, 'phasor doctor --json'))
    .action((_: unknown, command: Command) =>
      cli.act(command, 'none', async ({ client, out }) => {
        const words = DOCTOR[out.locale];
        const found = await client.call('doctor.run', {});
        const engines = found.engines.map((e) => [
          e.engine,
          e.usable ? words.usable : words.unusable,
          e.device === null
            ? remarkText(e.reason, out.locale)
            : words.device(e.device, remarkText(e.reason, out.locale)),
        ]);
        const { memory, disk, workspace } = found;
        const facts = [
          [words.memory, words.free(formatBytes(memory.freeBytes), formatBytes(memory.totalBytes))],
          [words.disk, words.freeAt(formatBytes(disk.freeBytes), formatBytes(disk.totalBytes), disk.path)],
          [words.threads, String(found.threads)],
          [words.platform, found.platform],
          ...Object.entries(found.versions),
          [words.workspace, `${workspace.path}: ${workspace.state}`],
          ...Object.entries(workspace.counts).map(([what, count]) => [words.counts[what] ?? what, String(count)]),
        ];
        const width = Math.max(...facts.map(([key]) => displayWidth(key)));
        out.result(
          found,
          [
            formatTable(words.heads, engines),
            words.takes(found.chosen ?? COMMON[out.locale].none),
            '',
            ...facts.map(([key, value]) => `${key}${' '.repeat(width - displayWidth(key))}  ${value}`),
          ].join('\n'),
        );
      }),
    );
}
