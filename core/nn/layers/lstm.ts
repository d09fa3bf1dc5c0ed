// Owns the LSTM (Hochreiter & Schmidhuber 1997), unrolled over the days of a sequence.
import type { Tensor } from '../../tensor/tensor.ts';
import type { Scope } from '../scope.ts';

/**
 * @param x [T, N, F]
 * @returns every hidden state, [T, N, units]
 */
export function lstm(scope: Scope, x: Tensor, units: number): Tensor {
  const [days, , width] = x.shape;
  const { graph } = scope;
  const fromInput = scope.matrix('input_weight', Number(width), 4 * units);
  const fromHidden = scope.matrix('hidden_weight', units, 4 * units);
  // The forget gate starts open (Jozefowicz et al. 2015).
  const bias = graph.concat(
    ['input', 'forget', 'output', 'cell'].map((gate) => scope.vector(`${gate}_bias`, units, gate === 'forget' ? 1 : 0)),
    0,
  );
  // Every day's input at once: the largest product that the recurrence leaves, and one that a preceding projection can join.
  const driven = x.matmul(fromInput).add(bias);
  let hidden: Tensor | undefined;
  let cell: Tensor | undefined;
  const states: Tensor[] = [];
  for (let day = 0; day < Number(days); day++) {
    const today = driven.at(0, day);
    const gates = hidden ? today.add(hidden.matmul(fromHidden)) : today;
    const [input, forget, output, candidate] = gates.split(1, [units, units, units, units]);
    const written = input.sigmoid().mul(candidate.tanh());
    cell = cell ? forget.sigmoid().mul(cell).add(written) : written;
    hidden = output.sigmoid().mul(cell.tanh());
    states.push(hidden);
  }
  return graph.stack(states);
}
