// Owns one-dimensional convolution over the days of a sequence.
import type { Tensor } from '../../tensor/tensor.ts';

export interface ConvolutionOptions {
  /** Days between the taps. */
  dilation?: number;
  /** 'causal' pads the past so that no day sees a later one; 'valid' gives only days whose every tap lies inside. */
  padding?: 'causal' | 'valid';
}

/**
 * One product for each tap, summed: every tap is a shifted view of the same sequence, so gradients and engines need nothing new.
 * @param x [T, N, C] @param kernel [taps, C, O], the last tap on the day itself
 * @returns [T, N, O] when causal, [T - (taps - 1) dilation, N, O] when valid
 */
export function conv1d(
  x: Tensor,
  kernel: Tensor,
  { dilation = 1, padding = 'causal' }: ConvolutionOptions = {},
): Tensor {
  const taps = Number(kernel.shape[0]);
  const reach = (taps - 1) * dilation;
  const padded = padding === 'causal' ? x.pad(0, reach, 0) : x;
  const days = Number(padded.shape[0]) - reach;
  return Array.from({ length: taps }, (_, tap) =>
    padded.slice(0, tap * dilation, tap * dilation + days).matmul(kernel.at(0, tap)),
  ).reduce((sum, part) => sum.add(part));
}
