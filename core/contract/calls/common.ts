// Owns the pieces that the call tables share: how entities are named, numbers that say what is allowed, pages of lists.
import { z } from 'zod';

/** What a user types to name an entity: its name, its id, or the beginning or end of its id where that is unambiguous. */
export const reference = z.string().min(1);
/** Config overrides as on the command line: "train.max_epochs=5". */
export const overrides = z.array(z.string()).default([]);
export const none = z.object({});
/** A job that has been started: the stream jobs.events tells the rest. */
export const started = z.object({ jobId: z.string() });

/** What is wrong is said in words that a user can act on: the command line puts its option before them. */
export function whole(least: number, most: number): z.ZodNumber {
  const allowed = `write a whole number from ${least} to ${most}`;
  return z.number(allowed).int(allowed).min(least, allowed).max(most, allowed);
}

export function figure(allowed: string): z.ZodNumber {
  return z.number(allowed).min(0, allowed);
}

export const MOST = 10_000;
export const page = { limit: whole(1, MOST).default(200) };
