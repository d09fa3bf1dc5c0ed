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
  // One product a day for all four gates of both sources: the largest matrices that a recurrence allows.
  const weight = scope.matrix('weight', Number(width) + units, 4 * units);
  const inputRows = weight.slice(0, 0, Number(width));
  // The forget gate starts open (Jozefowicz et al. 2015).
  const bias = graph.concat(
    ['input', 'forget', 'output', 'cell'].map((gate) => scope.vector(`${gate}_bias`, units, gate === 'forget' ? 1 : 0)),
    0,
  );
  let hidden: Tensor | undefined;
  let cell: Tensor | undefined;
  const states: Tensor[] = [];
  for (let day = 0; day < Number(days); day++) {
    const today = x.at(0, day);
    const driven = hidden ? graph.concat([today, hidden], 1).matmul(weight) : today.matmul(inputRows);
    const gates = driven.add(bias);
    const [input, forget, output, candidate] = gates.split(1, [units, units, units, units]);
    const written = input.sigmoid().mul(candidate.tanh());
    cell = cell ? forget.sigmoid().mul(cell).add(written) : written;
    hidden = output.sigmoid().mul(cell.tanh());
    states.push(hidden);
  }
  return graph.stack(states);
}
