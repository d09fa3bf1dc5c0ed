// phasor s3: copies a dataset's files to a bucket, and files of a bucket here, where import reads them. Optional.
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import {
  type CopiedFile,
  copyFolder,
  installS3Extension,
  requireS3Url,
  s3AccessOf,
  withS3,
} from '../../../core/data/s3.node.ts';
import type { Cli } from '../command.ts';
import { formatBytes } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { S3 } from '../words/workspace.ts';

export function s3Command(cli: Cli): Command {
  const help = S3[cli.locale];
  const s3 = new Command('s3')
    .description(help.about)
    .addHelpText(
      'after',
      `${help.access}\n${examples(cli.locale, 'phasor s3 push tokyo s3://market/tokyo', 'phasor s3 pull s3://market/tokyo ./tokyo')}`,
    );
  s3.command('push')
    .description(help.push)
    .argument('<dataset>', COMMON[cli.locale].nameOrId)
    .argument('<url>', help.url)
    .addHelpText('after', `${help.access}\n${examples(cli.locale, 'phasor s3 push tokyo s3://market/tokyo')}`)
    .action((dataset: string, url: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ client, host, out, workspace }) => {
        const target = requireS3Url(url);
        const { versions } = await client.call('datasets.get', { dataset });
        const folder = join(resolve(workspace), versions[0].folder);
        const files = await withS3(s3AccessOf(cli.io.env), (duck) =>
          copyFolder(duck, folder, target, ({ to, bytes }) =>
            host.noteRequest({ method: 'PUT', url: to, status: 200, bytes, purpose: `s3: push ${dataset}` }),
          ),
        );
        out.result({ url: target, files }, S3[out.locale].pushed(summary(files, out.locale), target));
      }),
    );
  s3.command('pull')
    .description(help.pull)
    .argument('<url>', help.url)
    .argument('<folder>', help.folder)
    .addHelpText(
      'after',
      `${help.access}\n${examples(cli.locale, 'phasor s3 pull s3://market/tokyo ./tokyo', 'phasor import ./tokyo/bars.parquet --name tokyo')}`,
    )
    .action((url: string, folder: string, _: unknown, command: Command) =>
      cli.act(command, 'write', async ({ host, out }) => {
        const source = requireS3Url(url);
        const target = resolve(folder);
        const files = await withS3(s3AccessOf(cli.io.env), (duck) =>
          copyFolder(duck, source, target, ({ from, bytes }) =>
            host.noteRequest({ method: 'GET', url: from, status: 200, bytes, purpose: `s3: pull ${url}` }),
          ),
        );
        out.result({ folder: target, files }, S3[out.locale].pulled(summary(files, out.locale), target));
      }),
    );
  s3.command('install')
    .description(help.install)
    .addHelpText('after', examples(cli.locale, 'phasor s3 install'))
    .action((_: unknown, command: Command) =>
      cli.act(command, 'write', async ({ host, out }) => {
        const url = 'http://extensions.duckdb.org/httpfs';
        const note = (status: number | null) =>
          host.noteRequest({ method: 'GET', url, status, bytes: null, purpose: 's3: install httpfs' });
        try {
          await installS3Extension(s3AccessOf(cli.io.env));
        } catch (error) {
          await note(null);
          throw error;
        }
        await note(200);
        out.result({ installed: 'httpfs' }, S3[out.locale].installed);
      }),
    );
  return s3;
}

const summary = (files: readonly CopiedFile[], locale: Locale): string =>
  S3[locale].files(files.length, formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0)));
