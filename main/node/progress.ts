// Owns how progress is shown: one bar that rewrites its line on a terminal, a plain line at most every 2 s elsewhere.
import type { Clock } from '../../core/base/clock.ts';
import { printableLine, printableOnTerminal } from '../../core/base/printable.ts';
import type { Locale } from '../../core/base/messages/table.ts';
import { stageDetailText, stageText } from '../../core/contract/job-words.ts';
import type { Progress } from '../../core/contract/worker.ts';
import { displayWidth, formatCount, formatSeconds } from './format.ts';
import { COMMON } from './words/common.ts';

/** Where progress is written: stderr, so that stdout stays clean for results. */
export interface ProgressSink {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface ProgressView {
  update(progress: Progress): void;
  /** A line of its own, above the bar. */
  line(text: string): void;
  /** To be called about every second, so that a stage that reports seldom is seen to be alive. */
  tick(): void;
  /** Leaves the last state standing. */
  finish(): void;
}

const PLAIN_EVERY_MS = 2_000;
/** After so long without a report a plain line says that the stage still goes on. */
const PLAIN_SILENCE_MS = 10_000;
const BAR_WIDTH = 24;
/** A slower rate is no help: the remaining time says it. */
const LEAST_RATE = 0.1;
/** Of a terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

/** Share done, rate and remaining time of one stage; the rate is the stage's average. */
class Stage {
  readonly name: string;
  readonly #startedAt: number;
  readonly #startedDone: number;
  last: Progress;

  constructor(first: Progress, now: number) {
    this.name = first.stage;
    this.last = first;
    this.#startedAt = now;
    this.#startedDone = first.done;
  }

  describe(now: number, bar: boolean, locale: Locale): string {
    const words = COMMON[locale];
    const { done, total, detail } = this.last;
    const seconds = (now - this.#startedAt) / 1000;
    const rate = seconds > 0.5 ? (done - this.#startedDone) / seconds : 0;
    const known = total > 0;
    const share = known ? Math.min(done / total, 1) : 0;
    // English reads as the host says it, so that logs of both can be searched alike.
    const parts: string[] = [locale === 'en' ? this.name : stageText(this.name, locale)];
    if (bar && known) {
      const full = Math.round(share * BAR_WIDTH);
      parts.push(`[${'█'.repeat(full)}${'·'.repeat(BAR_WIDTH - full)}]`);
    }
    if (known) parts.push(`${Math.floor(share * 100)} %`, `${formatCount(done)}/${formatCount(total)}`);
    else if (done > 0) parts.push(formatCount(done));
    if (rate >= LEAST_RATE) parts.push(`${rate >= 10 ? formatCount(Math.round(rate)) : rate.toFixed(1)}/s`);
    if (known && share === 1) parts.push(words.took(formatSeconds(seconds)));
    else if (known && rate > 0) parts.push(words.left(formatSeconds((total - done) / rate)));
    else if (seconds >= 2) parts.push(formatSeconds(seconds));
    if (detail) parts.push(stageDetailText(detail, locale));
    return printableLine(parts.join('  '));
  }
}

export function progressView(sink: ProgressSink, clock: Clock, locale: Locale = 'en'): ProgressView {
  return sink.isTTY ? barView(sink, clock, locale) : plainView(sink, clock, locale);
}

function barView(sink: ProgressSink, clock: Clock, locale: Locale): ProgressView {
  let stage: Stage | undefined;
  const draw = () => {
    if (!stage) return;
    sink.write(`\r\x1b[2K${cut(stage.describe(clock.now(), true, locale), (sink.columns || DEFAULT_COLUMNS) - 1)}`);
  };
  const settle = () => {
    if (stage) sink.write('\n');
    stage = undefined;
  };
  return {
    update: (progress) => {
      if (stage?.name !== progress.stage) {
        settle();
        stage = new Stage(progress, clock.now());
      }
      stage.last = progress;
      draw();
    },
    line: (text) => {
      sink.write(`${stage ? '\r\x1b[2K' : ''}${printableOnTerminal(text)}\n`);
      draw();
    },
    tick: draw,
    finish: settle,
  };
}

function plainView(sink: ProgressSink, clock: Clock, locale: Locale): ProgressView {
  let stage: Stage | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;
  let unshown = false;
  const show = () => {
    if (!stage) return;
    shownAt = clock.now();
    unshown = false;
    sink.write(`${stage.describe(shownAt, false, locale)}\n`);
  };
  return {
    update: (progress) => {
      if (stage?.name !== progress.stage) stage = new Stage(progress, clock.now());
      stage.last = progress;
      unshown = true;
      if (clock.now() - shownAt >= PLAIN_EVERY_MS) show();
    },
    line: (text) => void sink.write(`${printableOnTerminal(text)}\n`),
    tick: () => {
      if (clock.now() - shownAt >= PLAIN_SILENCE_MS) show();
    },
    finish: () => {
      if (unshown) show();
      stage = undefined;
    },
  };
}

function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
