// The thread that watches over a worker's main one, which cannot say itself that it is held up. It speaks by stderr, for every other way out
// leads through the main thread.
import { readFileSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { workerData } from 'node:worker_threads';
import { watchSilence } from './silence.ts';

export interface WatchData {
  /** Counts the messages of the main thread; in memory of both. */
  readonly messages: Int32Array;
  readonly limitSeconds: number;
  /** Between two samples. */
  readonly everyMs: number;
  /** The last word, before the seconds. */
  readonly endless: string;
}

const STDERR = 2;
/** Of the times in /proc, whatever the kernel's own is. */
const TICKS_A_SECOND = 100;

/** Processor time of the main thread: what Linux says of it, else its share were every core busy with this process, which is the least it can be. */
function mainThreadSeconds(): number {
  if (process.platform === 'linux') {
    // Behind the name, which may hold spaces: state is the first field, user and system time the 12th and 13th.
    const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 / availableParallelism();
}

const { messages, limitSeconds, everyMs, endless } = workerData as WatchData;
const judge = watchSilence(limitSeconds);
setInterval(() => {
  const judgement = judge({ messages: Atomics.load(messages, 0), seconds: mainThreadSeconds() });
  if (judgement.is === 'fine') return;
  const seconds = judgement.seconds.toFixed(1);
  if (judgement.is === 'slow')
    return void writeSync(STDERR, `slow: ${seconds} s of processor time since the last message\n`);
  try {
    writeSync(STDERR, `${endless} ${seconds}\n`);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, everyMs);
