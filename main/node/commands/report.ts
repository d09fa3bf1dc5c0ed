// phasor report: one self-contained HTML tear sheet.
import { resolve } from 'node:path';
import { Command } from 'commander';
import { jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { REPORT } from '../words/backtest.ts';
import { COMMON, examples } from '../words/common.ts';

export function reportCommand(cli: Cli): Command {
  return new Command('report')
    .description(REPORT[cli.locale].about)
    .argument('<checkpoint>', COMMON[cli.locale].checkpointId)
    .option('--out <file>', REPORT[cli.locale].out)
    .addHelpText('after', examples(cli.locale, 'phasor report 4T92HK --out tear-sheet.html'))
    .action((checkpoint: string, options: { out?: string }, command: Command) =>
      cli.act(command, 'write', async ({ client, out, follow }) => {
        const path = options.out === undefined ? undefined : resolve(options.out);
        const { jobId } = await client.call('reports.write', { checkpoint, path, locale: out.locale });
        const result = jobResults.report.parse(await follow(jobId));
        out.result(result, result.path);
      }),
    );
}
