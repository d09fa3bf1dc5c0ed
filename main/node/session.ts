// Owns one command's session: the host opened on the workspace, a client of it, and following a job to its end.
import { join } from 'node:path';
import { type Access, createHost, type Host, type HostOptions } from '../../core/app/host.node.ts';
import { configFolder, KeyFile } from '../../core/app/key-file.node.ts';
import { systemClock } from '../../core/base/clock.ts';
import { AppError, deserializeError, renderMessage } from '../../core/base/errors.ts';
import { printableOnTerminal } from '../../core/base/printable.ts';
import { remarkText } from '../../core/base/remarks.ts';
import type { Client } from '../../core/contract/api.ts';
import type { JobEnd, JobEvent } from '../../core/contract/views.ts';
import { type Io, makeOutput, type Output } from './output.ts';
import { progressView } from './progress.ts';
import { sourceAddresses } from './source-addresses.ts';
import { nodeSpawner } from './spawn.ts';
import { COMMON } from './words/common.ts';

export interface SessionOptions {
  workspace: string;
  json: boolean;
  locale: Output['locale'];
  verbose: boolean;
}

/** What a session gives its host beyond what every command needs. */
export type ShellOptions = Pick<HostOptions, 'shell' | 'allow'>;

export interface Session {
  readonly host: Host;
  readonly client: Client;
  readonly out: Output;
  readonly workspace: string;
  /**
   * Shows a job's progress until it ends. Ctrl-C asks it to stop at its next safe point; a second one kills it.
   * @returns what the job returned @throws the job's error; 'cancelled' when the user stopped it
   */
  follow(jobId: string): Promise<unknown>;
}

/** Opens the workspace for as long as `action` takes. */
export async function withSession<T>(
  io: Io,
  options: SessionOptions,
  access: Access,
  action: (session: Session) => Promise<T>,
  shell: ShellOptions = {},
): Promise<T> {
  const { workspace, json, locale, verbose } = options;
  const host = await createHost({
    ...shell,
    keys: new KeyFile(configFolder(process.platform, io.env)),
    sourceAddresses: sourceAddresses(io.env, locale),
    workspace,
    access,
    spawn: nodeSpawner({
      onOutput: (text) => {
        if (verbose) io.stderr.write(printableOnTerminal(text));
      },
    }),
    clock: systemClock,
    log: (level, message) => {
      if (verbose || level === 'warn') io.stderr.write(`${printableOnTerminal(remarkText(message, locale))}\n`);
    },
  });
  const client = host.connect();
  try {
    return await action({
      host,
      client,
      out: makeOutput(io, json, locale),
      workspace,
      follow: (jobId) => follow(io, client, jobId, options),
    });
  } finally {
    client.close();
    await host.close();
  }
}

/** Bugs of a session are written here. */
export const logFolderOf = (workspace: string): string => join(workspace, 'logs');

/** @throws input/bad-option naming the datasets that --dataset can name */
export async function missingDataset(client: Client, locale: Output['locale']): Promise<never> {
  const names = (await client.call('datasets.list', {})).map(({ dataset }) => dataset.name);
  throw new AppError('input/bad-option', { option: '--dataset', problem: COMMON[locale].datasetRequired(names) });
}

async function follow(io: Io, client: Client, jobId: string, options: SessionOptions): Promise<unknown> {
  const view = progressView(io.stderr, systemClock, options.locale);
  const ticking = setInterval(view.tick, 1_000);
  let end: JobEnd | undefined;
  const show = (event: JobEvent): void => {
    if (event.type === 'progress') view.update(event.progress);
    else if (event.type === 'log' && (options.verbose || event.log.level !== 'debug'))
      view.line(remarkText(event.log.message, options.locale));
    else if (event.type === 'ended') end = event.end;
  };

  let interrupts = 0;
  const release = io.onInterrupt(() => {
    interrupts += 1;
    view.line(interrupts === 1 ? COMMON[options.locale].stopping : COMMON[options.locale].ending);
    // Should the job have ended meanwhile, the stream below says how.
    client.call('jobs.cancel', { jobId, kill: interrupts > 1 }).catch((error: unknown) => {
      view.line(error instanceof AppError ? renderMessage(error.code, error.params, options.locale) : String(error));
    });
  });
  try {
    await client.listen('jobs.events', { jobId }, show).ended;
  } finally {
    clearInterval(ticking);
    release();
    view.finish();
  }
  if (!end) throw new Error(`job ${jobId}: its stream ended without an end`);
  if (end.error) throw deserializeError(end.error);
  if (end.outcome === 'stopped') throw new AppError('cancelled', {});
  return end.result;
}
