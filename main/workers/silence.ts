// Owns the judgement on a main thread that says nothing: slow, for little of the machine is left to it, or in an endless loop.

export interface Sample {
  /** Messages of the main thread so far. */
  readonly messages: number;
  /** Processor time that it has used so far. */
  readonly seconds: number;
}

export type Judgement = { readonly is: 'fine' } | { readonly is: 'slow' | 'endless'; readonly seconds: number };

/** The host is told no more often than this, in samples, and only of a thread that has moved on by so much. */
const TELL_EVERY = 60;
const MOVED_SECONDS = 1;
const FINE: Judgement = { is: 'fine' };

/**
 * @param limitSeconds of processor time that may pass between two messages. Time in which it got no processor does not count: not that of a
 * laptop that sleeps, nor what other programs take.
 * @returns what each sample tells, of samples taken at a steady pace. `slow` where the host has to be told that it is still at work; a
 * thread that uses no time either is left to the host.
 */
export function watchSilence(limitSeconds: number): (sample: Sample) => Judgement {
  let heard: Sample = { messages: -1, seconds: 0 };
  let told = { at: 0, seconds: 0 };
  let samples = 0;
  return (sample) => {
    samples++;
    const { messages, seconds } = sample;
    if (messages !== heard.messages) {
      heard = sample;
      told = { at: samples, seconds };
      return FINE;
    }
    const silent = seconds - heard.seconds;
    if (silent >= limitSeconds) return { is: 'endless', seconds: silent };
    if (samples - told.at < TELL_EVERY || seconds - told.seconds < MOVED_SECONDS) return FINE;
    told = { at: samples, seconds };
    return { is: 'slow', seconds: silent };
  };
}
