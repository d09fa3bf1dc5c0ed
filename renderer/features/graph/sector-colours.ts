// Owns the colours of sectors: hues all round, alternating in lightness so that neighbours differ by more than hue. The sector is also
// written at its arc and in the tables: colour is never alone.
import type { Mode } from '../../lib/palette.ts';

/** @returns CSS colours, 3:1 and more on a panel, one a sector; `plain` for stocks without one */
export function sectorColours(sectors: readonly (string | null)[], mode: Mode, plain: string): string[] {
  const named = sectors.filter((name) => name !== null).length;
  let i = 0;
  return sectors.map((name) => {
    if (name === null) return plain;
    const hue = (255 + (360 * i) / Math.max(1, named)) % 360;
    const [light, chroma] = mode === 'light' ? [i % 2 ? 0.44 : 0.56, 0.13] : [i % 2 ? 0.82 : 0.7, 0.12];
    i++;
    return `oklch(${light} ${chroma} ${hue.toFixed(1)})`;
  });
}
