import { expect, test } from 'vitest';
import { DIVERGING, type Mode, PALETTES, type Palette, SERIES } from '../../../renderer/lib/palette.ts';

const MODES: readonly Mode[] = ['light', 'dark'];
type Rgb = readonly [number, number, number];

const linear = (byte: number): number => {
  const part = byte / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
};
const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16))) as never;
const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** WCAG 2.2's contrast ratio. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(rgb(a)), luminance(rgb(b))].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Full deficiency in linear RGB: Machado, Oliveira & Fernandes (2009), severity 1. */
const VISIONS: Record<string, readonly Rgb[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE L*a*b* of linear sRGB, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
function distance(a: string, b: string, vision: readonly Rgb[]): number {
  const seen = (hex: string) => {
    const colour = rgb(hex);
    return lab(
      vision.map((row) =>
        Math.max(
          0,
          row.reduce((sum, part, i) => sum + part * colour[i], 0),
        ),
      ) as never,
    );
  };
  const [one, other] = [seen(a), seen(b)];
  return Math.hypot(...one.map((part, i) => part - other[i]));
}

test('text is readable on everything that it stands on', () => {
  for (const mode of MODES) {
    const palette = PALETTES[mode];
    const pairs: [keyof Palette, keyof Palette][] = [
      ...(['ink', 'soft', 'faint', 'accent', 'positive', 'negative', 'good', 'warning', 'bad'] as const).flatMap(
        (text) => (['page', 'panel', 'raised'] as const).map((under): [keyof Palette, keyof Palette] => [text, under]),
      ),
      ['ink', 'hover'],
      ['soft', 'hover'],
      ['onAccent', 'accent'],
      ['onAccent', 'accentStrong'],
      ['accent', 'accentTint'],
      ['good', 'goodTint'],
      ['warning', 'warningTint'],
      ['bad', 'badTint'],
      ['soft', 'badTint'],
    ];
    for (const [text, under] of pairs)
      expect(contrast(palette[text], palette[under]), `${mode}: ${text} on ${under}`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.edge, palette.panel), `${mode}: edge`).toBeGreaterThanOrEqual(3);
  }
});

test('series stand out from the panel and from each other, whatever the colour vision', () => {
  for (const mode of MODES) {
    for (const colour of SERIES[mode]) expect(contrast(colour, PALETTES[mode].panel), colour).toBeGreaterThanOrEqual(3);
    for (const [name, vision] of Object.entries(VISIONS))
      for (const [i, a] of SERIES[mode].entries())
        for (const b of SERIES[mode].slice(i + 1))
          expect(distance(a, b, vision), `${mode}, ${name}: ${a} and ${b}`).toBeGreaterThanOrEqual(18);
  }
});

test('above and below zero differ for every colour vision', () => {
  for (const mode of MODES)
    for (const [name, vision] of Object.entries(VISIONS)) {
      const { positive, negative } = PALETTES[mode];
      expect(distance(positive, negative, vision), `${mode}, ${name}`).toBeGreaterThanOrEqual(30);
      const ends = DIVERGING[mode];
      expect(distance(ends[0], ends[ends.length - 1], vision), `${mode}, ${name}: ends`).toBeGreaterThanOrEqual(30);
    }
});
