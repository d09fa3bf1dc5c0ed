// Owns asking the person at the terminal, or reading what is piped in: a line of stdin, hidden where it is a secret.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** @returns the line; null where the input ends without one */
export function ask(question: string, { hidden = false }: { hidden?: boolean } = {}): Promise<string | null> {
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY === true;
  if (terminal) stderr.write(question);
  // What is typed is echoed by readline on a terminal; a secret goes nowhere instead.
  const echo = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr;
  const lines = createInterface({ input: stdin, output: terminal ? echo : undefined, terminal });
  return new Promise((resolve) => {
    let answer: string | null = null;
    lines.once('line', (line) => {
      answer = line;
      lines.close();
    });
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      if (terminal && hidden) stderr.write('\n');
      stdin.pause();
      resolve(answer);
    });
  });
}
