// Owns identifiers: 26 letters that sort by the time of making (ULID: 48 bits of milliseconds, 80 random bits, Crockford base 32).
import type { Clock } from '../base/clock.ts';
import { systemClock } from '../base/clock.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const ID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

let lastTime = -1;
let lastRandom: number[] = [];

/** A new id, greater than every earlier one of this process even within one millisecond (ULID's monotonic rule). */
export function newId(clock: Clock = systemClock): string {
  const time = Math.max(clock.now(), 0);
  if (time === lastTime) increment(lastRandom);
  else lastRandom = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte % 32);
  lastTime = time;

  let head = '';
  for (let rest = time, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) head = ALPHABET[rest % 32] + head;
  return head + lastRandom.map((digit) => ALPHABET[digit]).join('');
}

/** When the id was made, in epoch milliseconds. */
export function timeOfId(id: string): number {
  let time = 0;
  for (const letter of id.slice(0, 10)) time = time * 32 + ALPHABET.indexOf(letter);
  return time;
}

function increment(digits: number[]): void {
  for (let i = digits.length - 1; i >= 0; i--) {
    if (digits[i] < 31) {
      digits[i]++;
      return;
    }
    digits[i] = 0;
  }
}
