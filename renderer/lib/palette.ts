// Owns every colour, for light and dark, once: CSS variables, Naive UI's theme and the charts' themes are made from it.
// The tear sheets (core/report/style.ts) have the same tones, so that a report looks like the page that it was made from.

export type Mode = 'light' | 'dark';

export interface Palette {
  /** Behind everything; panels; what stands above panels (menus); hovered rows. */
  page: string;
  panel: string;
  raised: string;
  hover: string;
  /** Text: main, second, and third (hints; still 4.5:1 on a panel). */
  ink: string;
  soft: string;
  faint: string;
  /** Lines between things, and round what can be operated (3:1). */
  line: string;
  edge: string;
  /** The one accent, a step stronger, a tint of it behind text, and text upon it. */
  accent: string;
  accentStrong: string;
  accentTint: string;
  onAccent: string;
  /** Above and below zero: blue and orange, which every kind of colour vision tells apart. */
  positive: string;
  negative: string;
  /** States; each with a tint for backgrounds. */
  good: string;
  goodTint: string;
  warning: string;
  warningTint: string;
  bad: string;
  badTint: string;
}

export const PALETTES: Readonly<Record<Mode, Palette>> = {
  light: {
    page: '#f5f6f7',
    panel: '#ffffff',
    raised: '#ffffff',
    hover: '#eef1f4',
    ink: '#171b21',
    soft: '#4c5663',
    faint: '#626d7b',
    line: '#dfe3e8',
    edge: '#838d9a',
    accent: '#0a5fa8',
    accentStrong: '#084b86',
    accentTint: '#e6f0f9',
    onAccent: '#ffffff',
    positive: '#0a5fa8',
    negative: '#b8500a',
    good: '#00735f',
    goodTint: '#e2f4f0',
    warning: '#8a5a00',
    warningTint: '#fff4dc',
    bad: '#b3261e',
    badTint: '#fdeceb',
  },
  dark: {
    page: '#101317',
    panel: '#171b21',
    raised: '#1e242c',
    hover: '#222932',
    ink: '#e7eaee',
    soft: '#b3bcc7',
    faint: '#939eab',
    line: '#2b323b',
    edge: '#6a7582',
    accent: '#6bb3f2',
    accentStrong: '#93c9f8',
    accentTint: '#182b3d',
    onAccent: '#0b1218',
    positive: '#6bb3f2',
    negative: '#f2a15c',
    good: '#4fcbb2',
    goodTint: '#14302c',
    warning: '#e5b84f',
    warningTint: '#2e2716',
    bad: '#ff8f85',
    badTint: '#3a1d1c',
  },
};

/** Series of charts, in order. Told apart with every common kind of colour vision, and 3:1 on a panel (tested). */
export const SERIES: Readonly<Record<Mode, readonly string[]>> = {
  light: ['#0a5fa8', '#b8500a', '#779a7b', '#af6297', '#98924e', '#323940'],
  dark: ['#6bb3f2', '#f2a15c', '#668260', '#986591', '#f3e04a', '#e4ecf5'],
};

/** Zero in the middle, blue above and orange below: correlations, returns. From lowest to highest. */
export const DIVERGING: Readonly<Record<Mode, readonly string[]>> = {
  light: ['#8a3a05', '#d98544', '#f6d9bf', '#f5f6f7', '#c3dcf0', '#4f97d1', '#084b86'],
  dark: ['#f7b57d', '#b8672a', '#553318', '#20262d', '#1b3d5a', '#3b82bd', '#9fd0fa'],
};

/** From little to much: coverage, density. */
export const SEQUENTIAL: Readonly<Record<Mode, readonly string[]>> = {
  light: ['#eef3f8', '#bfd8ec', '#7db2da', '#3a86bf', '#0a5fa8', '#063d6d'],
  dark: ['#1b2530', '#1f4263', '#2b6596', '#4890cc', '#7fbef5', '#c4e2fc'],
};

/** camelCase names as CSS custom properties: accentTint is --accent-tint. */
export function cssVariables(mode: Mode): Record<string, string> {
  const named = Object.entries(PALETTES[mode]).map(([name, value]) => [
    `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value as string,
  ]);
  const series = SERIES[mode].map((value, i) => [`--series-${i + 1}`, value]);
  return Object.fromEntries([...named, ...series]);
}
