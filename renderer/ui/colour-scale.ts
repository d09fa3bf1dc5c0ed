// Owns turning numbers into colours: 256 steps between the palette's stops.
import { DIVERGING, type Mode, PALETTES, SEQUENTIAL } from '../lib/palette.ts';

export type ScaleKind = 'sequential' | 'diverging';

const STEPS = 256;
const channels = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

export function stopsOf(kind: ScaleKind, mode: Mode): readonly string[] {
  return kind === 'diverging' ? DIVERGING[mode] : SEQUENTIAL[mode];
}

/** @returns 256 colours from low to high, then that of a missing value; each as ABGR, as ImageData's bytes read on a little-endian machine */
export function colourTable(kind: ScaleKind, mode: Mode): Uint32Array {
  const stops = stopsOf(kind, mode).map(channels);
  const table = new Uint32Array(STEPS + 1);
  const pack = ([r, g, b]: number[]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  for (let i = 0; i < STEPS; i++) {
    const at = (i / (STEPS - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const colour = stops[low].map((from, c) => Math.round(from + (at - low) * (stops[low + 1][c] - from)));
    table[i] = pack(colour);
  }
  table[STEPS] = pack(channels(PALETTES[mode].panel));
  return table;
}

/** Fills `pixels` from `values`; NaN takes the colour of a missing value, what lies outside [low, high] that of the bound. */
export function paint(
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
  table: Uint32Array,
  pixels: Uint32Array,
): void {
  const scale = high > low ? (STEPS - 1) / (high - low) : 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = values[i];
    const step = Math.round((value - low) * scale);
    pixels[i] = Number.isNaN(value) ? table[STEPS] : table[step < 0 ? 0 : step > STEPS - 1 ? STEPS - 1 : step];
  }
}
