// Owns running the command line in this process, with a stand-in for the terminal; its workers are real processes.
import type { Io } from '../../main/node/output.ts';
import { main } from '../../main/node/cli.ts';

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  /** Called with all that stderr has said so far, and with a way to press Ctrl-C. */
  onProgress?(stderr: string, pressCtrlC: () => void): void;
  env?: Record<string, string>;
  /** What is typed when the command asks, one answer a question; then the input ends. */
  answers?: readonly string[];
}

export async function runCli(workspace: string, argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const out = { stdout: '', stderr: '' };
  const interrupts = new Set<() => void>();
  const press = () => {
    for (const listener of interrupts) listener();
  };
  const answers = [...(options.answers ?? [])];
  const io: Io = {
    stdout: { write: (text) => (out.stdout += text) },
    stderr: {
      write: (text) => {
        out.stderr += text;
        options.onProgress?.(out.stderr, press);
      },
    },
    env: { PHASOR_WORKSPACE: workspace, ...options.env },
    ask: async (question) => {
      out.stderr += question;
      return answers.shift() ?? null;
    },
    onInterrupt: (listener) => {
      interrupts.add(listener);
      return () => interrupts.delete(listener);
    },
  };
  const code = await main(argv, io);
  return { code, ...out };
}
