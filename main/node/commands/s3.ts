// phasor s3: copies a dataset's files to a bucket, and files of a bucket here, where import reads them. Optional.
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import {
  type CopiedFile,
  copyFolder,
  installS3Extension,
  requireS3Url,
  s3AccessOf,
  withS3,
} from '../../../core/data/s3.node.ts';
import type { Cli } from '../command.ts';
import { counted, formatBytes } from '../format.ts';

const ACCESS = `
Access is taken from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION; AWS_ENDPOINT_URL names a service other than
Amazon's, such as http://127.0.0.1:9000. Nothing of it is kept. DuckDB's extension httpfs is needed once: phasor s3 install.`;

export function s3Command(cli: Cli): Command {
  const s3 = new Command('s3')
    .description('copy datasets to an S3-compatible bucket, and files from it')
    .addHelpText(
      'after',
      `${ACCESS}\n\nExamples:\n  phasor s3 push tokyo s3://market/tokyo\n  phasor s3 pull s3://market/tokyo ./tokyo`,
    );
  s3.command('push')
    .description("copy a dataset's bars, tables and manifest to a bucket")
    .argument('<dataset>', 'name or id')
    .argument('<url>', 's3://BUCKET/FOLDER')
    .addHelpText('after', `${ACCESS}\n\nExample:\n  phasor s3 push tokyo s3://market/tokyo`)
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
        out.result({ url: target, files }, `copied ${summary(files)} to ${target}`);
      }),
    );
  s3.command('pull')
    .description('copy the files below a folder of a bucket into a folder here')
    .argument('<url>', 's3://BUCKET/FOLDER')
    .argument('<folder>', 'folder to write')
    .addHelpText(
      'after',
      `${ACCESS}\n\nExample:\n  phasor s3 pull s3://market/tokyo ./tokyo\n  phasor import ./tokyo/bars.parquet --name tokyo`,
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
        out.result({ folder: target, files }, `copied ${summary(files)} into ${target}`);
      }),
    );
  s3.command('install')
    .description("fetch DuckDB's extension httpfs from DuckDB's server, once")
    .addHelpText('after', '\nExample:\n  phasor s3 install')
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
        out.result({ installed: 'httpfs' }, 'the extension httpfs is installed');
      }),
    );
  return s3;
}

const summary = (files: readonly CopiedFile[]): string =>
  `${counted(files.length, 'file')} (${formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))})`;
