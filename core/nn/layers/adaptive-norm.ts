// Owns the adaptive normalisations of the input sequence. Both take a non-stationary part away from each stock's and feature's
// own history and hand it to the head as a prediction of its own, so that nothing is lost:
//   SAN, slice-adaptive normalisation (Liu et al. 2023): mean and deviation of each slice of the sequence;
//   FAN, frequency-adaptive normalisation (Ye et al. 2024): the main frequency components of trailing windows.
// What is taken away is computed from data alone, so it costs no gradient; gates that start nearly closed let a phase that
// switches these on begin where its parent stopped.
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scope } from '../scope.ts';
import { gatedResidual } from './basic.ts';

const GATE_START = -2;

export interface Normalised {
  /** [T, N, F] to be added to the input: the gated removal. */
  change: Tensor;
  /** [N, hidden] what the removed part says about the future. */
  predicted: Tensor;
}

/** Sizes of the slices of a sequence, oldest first. Where days do not divide, the oldest slices are a day shorter. */
export function sliceSizes(days: number, slices: number): number[] {
  const base = Math.floor(days / slices);
  const longer = days - base * slices;
  return Array.from({ length: slices }, (_, i) => base + (i >= slices - longer ? 1 : 0));
}

/** @param x [T, N, F] input data */
export function sliceAdaptiveNorm(scope: Scope, x: Tensor, slices: number, hidden: number, rate: number): Normalised {
  const [days, stocks, features] = x.shape;
  const parts = x.split(0, sliceSizes(Number(days), slices)).map((part) => {
    const mean = part.mean([0], { keepDims: true });
    const centred = part.sub(mean);
    // A feature that hardly moves within a slice is left unscaled rather than blown up.
    const deviation = centred.square().mean([0], { keepDims: true }).add(1e-2).sqrt();
    return { removed: centred.div(deviation).sub(part), mean, deviation };
  });
  const gate = scope.vector('gate', Number(features), GATE_START).sigmoid();
  const removed = scope.graph.concat(
    parts.map((part) => part.removed),
    0,
  );
  const statistics = scope.graph.concat(
    parts.flatMap(({ mean, deviation }) => [mean, deviation]).map((part) => part.reshape([stocks, features])),
    1,
  );
  return {
    change: removed.mul(gate),
    predicted: gatedResidual(scope.child('predict'), statistics, hidden, hidden, rate),
  };
}

/**
 * The real Fourier basis of `days` values, orthonormal: the cosine of every frequency, then the sine of every one (of the constant, and
 * for even lengths of the highest, it is zero). Its transpose takes the coefficients back to the values.
 * @returns [2 (floor(days / 2) + 1)][days]
 */
export function fourierBasis(days: number): number[][] {
  const frequencies = Math.floor(days / 2) + 1;
  const rows = (wave: (angle: number) => number): number[][] =>
    Array.from({ length: frequencies }, (_, f) => {
      const norm = Math.sqrt((f === 0 || 2 * f === days ? 1 : 2) / days);
      return Array.from({ length: days }, (_, t) => norm * wave((2 * Math.PI * f * t) / days));
    });
  return [...rows(Math.cos), ...rows(Math.sin)];
}

/**
 * The `components` strongest frequencies of the trailing `window` days, back in time; of frequencies equally strong, all.
 * @param x [T, N, F] @returns [window, N, F]
 */
export function mainFrequencies(x: Tensor, window: number, components: number): Tensor {
  const { graph } = x;
  const [days, stocks, features] = x.shape;
  const basis = fourierBasis(window);
  const frequencies = basis.length / 2;
  const matrix = graph.constant(basis.flat(), [basis.length, window]);
  const recent = x.slice(0, Number(days) - window, Number(days)).reshape([window, -1]);
  // Cosines and sines in one product, in which the data, by far the larger side, is read once.
  const coefficients = matrix.matmul(recent);
  const [real, imaginary] = coefficients.split(0, [frequencies, frequencies]);
  const strength = real.square().add(imaginary.square());
  const strongest = (among: Tensor): Tensor => among.max([0], { keepDims: true });
  let others = strength;
  let weakestKept = strongest(strength);
  for (let i = 1; i < Math.min(components, frequencies); i++) {
    others = others.mul(others.less(weakestKept).cast('f32'));
    weakestKept = strongest(others);
  }
  const kept = strength.greaterEqual(weakestKept).cast('f32');
  const main = coefficients.reshape([2, frequencies, -1]).mul(kept).reshape([basis.length, -1]);
  return matrix.matmul(main, { transA: true }).reshape([window, stocks, features]);
}

/** @param x [T, N, F] input data */
export function frequencyAdaptiveNorm(
  scope: Scope,
  x: Tensor,
  { windows, components }: { windows: readonly number[]; components: number },
  hidden: number,
  rate: number,
): Normalised {
  const [days, stocks, features] = x.shape;
  const mains = windows.map((window) => mainFrequencies(x, window, components));
  const gate = scope.vector('gate', Number(features), GATE_START).sigmoid();
  const mix = scope.parameter('mix', [windows.length, Number(features)], { kind: 'constant', value: 0 }).softmax(0);
  let change: Tensor | undefined;
  mains.forEach((main, i) => {
    const part = main.mul(mix.at(0, i).mul(gate).neg()).pad(0, Number(days) - windows[i], 0);
    change = change ? change.add(part) : part;
  });
  // Where each main component stands, and where it came from, at the last day.
  const summary = scope.graph.concat(
    mains.flatMap((main, i) => {
      const last = main.at(0, windows[i] - 1);
      return [last, last.sub(main.at(0, windows[i] - 2))].map((part) =>
        part.mul(mix.at(0, i)).reshape([stocks, features]),
      );
    }),
    1,
  );
  return { change: change!, predicted: gatedResidual(scope.child('predict'), summary, hidden, hidden, rate) };
}
