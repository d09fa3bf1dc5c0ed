// phasor serve: the interface in a browser, on this machine or through a tunnel.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { requireFolderPath } from '../../../core/base/output-path.node.ts';
import { ensureBuilt, TARGETS } from '../build/targets.ts';
import type { Cli } from '../command.ts';
import type { Session } from '../session.ts';
import { activeJobs, stopJobs } from '../stop-jobs.ts';
import { findChromium } from '../web-shell/chromium.ts';
import { examples } from '../words/common.ts';
import { SERVE } from '../words/workspace.ts';
import { webShellPort } from '../web-shell/shell.ts';

/** Taken if it is free, so that a tunnel and a bookmark keep their address. */
const USUAL_PORT = 7424;

interface ServeOptions {
  port?: number;
  host: string;
  open?: boolean;
  allow: string[];
  token: boolean;
}

const parsePort =
  (refusal: string) =>
  (text: string): number => {
    const port = Number(text);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError(refusal);
    return port;
  };

export function serveCommand(cli: Cli): Command {
  const help = SERVE[cli.locale];
  return new Command('serve')
    .description(help.about)
    .option('--port <number>', help.port(USUAL_PORT), parsePort(help.badPort))
    .option('--host <address>', help.host, '127.0.0.1')
    .option('--open', help.open)
    .option('--allow <folder...>', help.allow, [])
    .option('--no-token', help.noToken)
    .addHelpText(
      'after',
      `\n${help.token}\n${examples(cli.locale, 'phasor serve --open', 'phasor serve --port 8000 --allow ~/market-data')}`,
    )
    .action(async (options: ServeOptions, command: Command) => {
      const allow = options.allow.map((folder) => resolve(folder));
      for (const folder of allow) requireFolderPath(folder);
      await cli.act(command, 'write', (session) => serve(cli, session, options), {
        shell: webShellPort(findChromium()),
        allow,
      });
    });
}

async function serve(cli: Cli, session: Session, { port, host: address, open, token }: ServeOptions): Promise<void> {
  const { host, client, out, workspace } = session;
  const words = SERVE[out.locale];
  // Loaded here, so that no other command waits for it.
  const { startWebShell } = await import('../web-shell/server.ts');
  const renderer = await ensureBuilt(TARGETS.renderer, out.note, out.locale);
  const interrupted = signals(cli);
  const shell = await startWebShell({
    host,
    workspace,
    renderer,
    address,
    port: port ?? USUAL_PORT,
    exact: port !== undefined,
    token,
    log: (level, message) => {
      if (level === 'error') out.note(message);
    },
  });
  try {
    out.result({ url: shell.url, port: shell.port, workspace }, words.at(shell.url));
    if (open) openBrowser(shell.url, () => out.note(words.noBrowser));
    await interrupted.next();
    const jobs = await activeJobs(client);
    if (jobs.length > 0) {
      out.note(words.stopping);
      await Promise.race([stopJobs(client, jobs), interrupted.next()]);
    }
  } finally {
    interrupted.release();
    await shell.close();
  }
}

/** Ctrl-C and requests to end, one after the other, also those that came before they were asked for. */
function signals({ io }: Cli) {
  const waiting: (() => void)[] = [];
  let unanswered = 0;
  const release = io.onInterrupt(() => {
    const first = waiting.shift();
    if (first) first();
    else unanswered += 1;
  });
  return {
    release,
    next: (): Promise<void> => {
      if (unanswered === 0) return new Promise((resolve) => waiting.push(resolve));
      unanswered -= 1;
      return Promise.resolve();
    },
  };
}

function openBrowser(url: string, onFailure: () => void): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', onFailure);
  child.unref();
}
