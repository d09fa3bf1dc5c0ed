// Owns which charts a run shows of its curves, and the points that each line is drawn of.
import type { Curve, CurveStore } from './curve-store.ts';
import type { CurveWindow } from './curve-window.ts';

export const CURVE_CHARTS = [
  'losses',
  'validation',
  'gradients',
  'learningRate',
  'spread',
  'throughput',
  'cpu',
  'memory',
  'gpu',
] as const;
export type ChartId = (typeof CURVE_CHARTS)[number];

export interface CurveLine {
  /** Name of the curve. */
  curve: string;
  /** 'loss' and 'metric' are looked up as words; 'horizon' and 'module' are written as they are. */
  label: { kind: 'loss' | 'module' | 'horizon' | 'word'; name: string };
  /** Drawn stronger, and with what lies between its least and greatest value. */
  main?: boolean;
}

export interface ChartSpec {
  id: ChartId;
  lines: readonly CurveLine[];
  axis: 'step' | 'seconds';
  unit: 'figure' | 'rate' | 'bytes' | 'share' | 'count';
  log?: boolean;
  /** One point an epoch: marked, since a line through three points says little. */
  marked?: boolean;
}

const LOSSES = ['loss', 'pinball', 'mse', 'rank_ic', 'ic', 'sharpe'];

function suffixed(names: readonly string[], prefix: string): string[] {
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** The charts that there is something for, of the curves told so far. */
export function chartSpecs(names: readonly string[]): ChartSpec[] {
  const has = (name: string): boolean => names.includes(name);
  const word = (curve: string, name: string, main = false): CurveLine[] =>
    has(curve) ? [{ curve, label: { kind: 'word', name }, main }] : [];
  const horizons = suffixed(names, 'valid.rankIc.').sort((a, b) => Number(a) - Number(b));
  const specs: ChartSpec[] = [
    {
      id: 'losses',
      lines: LOSSES.filter(has).map((curve) => ({
        curve,
        label: { kind: 'loss', name: curve },
        main: curve === 'loss',
      })),
      axis: 'step',
      unit: 'figure',
    },
    {
      id: 'validation',
      lines: [
        ...word('valid.rankIc', 'weighted', true),
        ...horizons.map((h): CurveLine => ({ curve: `valid.rankIc.${h}`, label: { kind: 'horizon', name: h } })),
      ],
      axis: 'step',
      unit: 'figure',
      marked: true,
    },
    {
      id: 'gradients',
      lines: [
        ...word('gradient_norm', 'global', true),
        ...suffixed(names, 'gradient_norm.').map(
          (name): CurveLine => ({ curve: `gradient_norm.${name}`, label: { kind: 'module', name } }),
        ),
      ],
      axis: 'step',
      unit: 'figure',
      log: true,
    },
    { id: 'learningRate', lines: word('learning_rate', 'learningRate', true), axis: 'step', unit: 'rate' },
    { id: 'spread', lines: word('spread', 'spread', true), axis: 'step', unit: 'figure' },
    { id: 'throughput', lines: word('stocks_per_second', 'throughput', true), axis: 'step', unit: 'count' },
    { id: 'cpu', lines: word('system_cpu', 'cpu', true), axis: 'seconds', unit: 'figure' },
    {
      id: 'memory',
      lines: [...word('system_rss', 'memory', true), ...word('system_gpu_memory', 'gpuMemory')],
      axis: 'seconds',
      unit: 'bytes',
    },
    { id: 'gpu', lines: word('system_gpu', 'gpu', true), axis: 'seconds', unit: 'share' },
  ];
  return specs.filter(({ lines }) => lines.length > 0);
}

/** Points that a chart draws of a line, at most about this many: more than it has pixels would only cost. */
export const DRAWN = 400;

export interface DrawnLine {
  /** x, mean, x, mean ... with NaN between phases. */
  mean: Float64Array;
  /** x, min, x, max ...; null where every point stands for one step. */
  range: Float64Array | null;
}

/** Points of a curve, some of which become one. */
interface Piece {
  curve: Curve;
  first: number;
  end: number;
  stride: number;
}

/**
 * A line through all phases, one after the other on an axis that counts their steps. Neighbours are joined where there are more than
 * `most`, keeping the least and the greatest. Within `window` its own, finer points take the place of the run's.
 */
export function drawnLine(
  store: CurveStore,
  name: string,
  { most = DRAWN, window = null }: { most?: number; window?: CurveWindow | null } = {},
): DrawnLine {
  const offsets = new Map(store.spans().map(({ phase, from }) => [phase, from]));
  const parts = store.parts(name).filter(({ length }) => length > 0);
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const stride = Math.max(1, Math.ceil(total / most));
  const lines = parts.map((part) => {
    const offset = offsets.get(part.phase) ?? 0;
    return { offset, pieces: piecesOf(part, stride, offset, window) };
  });
  const points = lines
    .flatMap(({ pieces }) => pieces)
    .reduce((sum, piece) => sum + Math.ceil((piece.end - piece.first) / piece.stride), 0);
  const gaps = Math.max(0, parts.length - 1);
  const mean = new Float64Array(2 * (points + gaps));
  const range = new Float64Array(4 * points + 2 * gaps);
  let at = 0;
  let rangeAt = 0;
  let wide = false;
  for (const [l, { offset, pieces }] of lines.entries()) {
    if (l > 0) {
      mean[at++] = mean[at++] = Number.NaN;
      range[rangeAt++] = range[rangeAt++] = Number.NaN;
    }
    for (const piece of pieces)
      for (let first = piece.first; first < piece.end; first += piece.stride) {
        const joined = join(piece.curve, first, Math.min(piece.end, first + piece.stride));
        const x = offset + joined.step;
        mean[at++] = x;
        mean[at++] = joined.mean;
        range[rangeAt++] = x;
        range[rangeAt++] = joined.min;
        range[rangeAt++] = x;
        range[rangeAt++] = joined.max;
        wide ||= joined.max > joined.min;
      }
  }
  return { mean, range: wide ? range : null };
}

/** The run's points before the window, the window's, and the run's after it. */
function piecesOf(part: Curve, stride: number, offset: number, window: CurveWindow | null): Piece[] {
  const found = window?.curves.find(({ phase, name }) => phase === part.phase && name === part.name);
  if (!window || !found) return [{ curve: part, first: 0, end: part.length, stride }];
  const fine: Curve = { ...found, length: found.step.length };
  let before = 0;
  while (before < part.length && offset + part.step[before] < window.from) before++;
  let after = before;
  while (after < part.length && offset + part.step[after] <= window.to) after++;
  return [
    { curve: part, first: 0, end: before, stride },
    { curve: fine, first: 0, end: fine.length, stride: 1 },
    { curve: part, first: after, end: part.length, stride },
  ];
}

function join(curve: Curve, from: number, to: number): { step: number; min: number; mean: number; max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let known = 0;
  for (let i = from; i < to; i++) {
    if (Number.isNaN(curve.mean[i])) continue;
    min = Math.min(min, curve.min[i]);
    max = Math.max(max, curve.max[i]);
    sum += curve.mean[i];
    known++;
  }
  const step = curve.step[to - 1];
  if (known === 0) return { step, min: Number.NaN, mean: Number.NaN, max: Number.NaN };
  return { step, min, mean: sum / known, max };
}
