// Owns the command line: its commands, the options they share, and what every failure becomes.
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { AppError } from '../../core/base/errors.ts';
import type { Cli } from './command.ts';
import { translateSystemError } from '../../core/base/system-errors.ts';
import { backtestCommand } from './commands/backtest.ts';
import { checkpointsCommand } from './commands/checkpoints.ts';
import { compareCommand } from './commands/compare.ts';
import { datasetsCommand } from './commands/datasets.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { featuresCommand } from './commands/features.ts';
import { fetchCommand } from './commands/fetch.ts';
import { importCommand } from './commands/import.ts';
import { lineageCommand } from './commands/lineage.ts';
import { reportCommand } from './commands/report.ts';
import { runsCommand } from './commands/runs.ts';
import { s3Command } from './commands/s3.ts';
import { sentinelCommand } from './commands/sentinel.ts';
import { serveCommand } from './commands/serve.ts';
import { sourcesCommand } from './commands/sources.ts';
import { trainCommand } from './commands/train.ts';
import { trashCommand } from './commands/trash.ts';
import { EXIT, exitCodeOf, type Io, localeOf, reportBug, reportExpected } from './output.ts';
import { logFolderOf, type SessionOptions, withSession } from './session.ts';
import { PROGRAM, speak } from './words/program.ts';
import { workspacePath } from './workspace-path.ts';

function sessionOptions(command: Command, io: Io): SessionOptions {
  const options = command.optsWithGlobals<{ workspace?: string; json?: boolean; lang?: string; verbose?: boolean }>();
  return {
    workspace: workspacePath(options.workspace, io.env),
    json: options.json ?? false,
    locale: localeOf(options.lang, io.env),
    verbose: options.verbose ?? false,
  };
}

/** What a call refused is said by the option or argument that gave it, not by the name that it has inside. */
function inOptions(error: unknown, command: Command): unknown {
  if (!(error instanceof AppError && error.code === 'input/bad-request')) return error;
  const { path, problem } = error.params;
  const optionOf = (name: string): string | undefined => {
    const goes = (known: string): boolean => name === known || name === `${known}s`;
    const argument = command.registeredArguments.find((candidate) => goes(candidate.name()));
    return argument ? `<${argument.name()}>` : command.options.find((option) => goes(option.attributeName()))?.long;
  };
  // "rule.groups" is --groups, "phases.0" is --phase: the innermost name that was given on the command line.
  const names = String(path).split('.').reverse();
  const said = names.map(optionOf).find((option) => option !== undefined) ?? String(path);
  return new AppError('input/bad-option', { option: said, problem: String(problem) }, error);
}

/** Builds the program, for running it and for testing its help. */
export function buildProgram(cli: Cli): Command {
  const words = PROGRAM[cli.locale];
  const program = new Command('phasor').description(words.description).version('0.1.0', '-V, --version', words.version);
  const commands = [
    importCommand,
    datasetsCommand,
    sourcesCommand,
    fetchCommand,
    s3Command,
    featuresCommand,
    sentinelCommand,
    trainCommand,
    runsCommand,
    checkpointsCommand,
    compareCommand,
    lineageCommand,
    backtestCommand,
    reportCommand,
    trashCommand,
    serveCommand,
    demoCommand,
    doctorCommand,
  ];
  for (const build of commands) program.addCommand(build(cli));
  const share = (command: Command): void => {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => void cli.io.stdout.write(text),
        writeErr: (text) => void cli.io.stderr.write(text),
      })
      .option('--workspace <folder>', words.workspace)
      .option('--json', words.json)
      .option('--lang <en|ja>', words.lang)
      .option('--verbose', words.verbose);
    for (const inner of command.commands) share(inner);
    command.addHelpText('after', words.footer);
    speak(command, cli.locale);
  };
  share(program);
  return program;
}

/** What --lang names, before anything is parsed. */
function languageIn(argv: readonly string[]): string | undefined {
  const at = argv.findLastIndex((argument) => argument === '--lang' || argument.startsWith('--lang='));
  return at < 0 ? undefined : (argv[at].split('=')[1] ?? argv[at + 1]);
}

/** Runs one command line. @returns the exit code */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  // Until the options are parsed, as for a wrong usage, the environment and the raw arguments decide.
  let options: Pick<SessionOptions, 'json' | 'locale'> & { logs?: string } = {
    json: argv.includes('--json'),
    locale: localeOf(languageIn(argv), io.env),
  };
  z.config(z.locales[options.locale]());
  const program = buildProgram({
    io,
    locale: options.locale,
    act: async (command, access, action, shell) => {
      const session = sessionOptions(command, io);
      options = { ...session, logs: logFolderOf(session.workspace) };
      try {
        await withSession(io, session, access, action, shell);
      } catch (error) {
        throw inOptions(error, command);
      }
    },
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return EXIT.ok;
  } catch (thrown) {
    const error = translateSystemError(thrown);
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    if (error instanceof AppError) {
      reportExpected(io, options.json, options.locale, error);
      return exitCodeOf(error.code);
    }
    reportBug(io, options.json, options.locale, options.logs, error);
    return EXIT.failed;
  }
}
