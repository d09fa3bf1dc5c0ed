// Owns ATFT-GAT-FAN: variable selection, adaptive normalisation (SAN, FAN), LSTM with a gated skip, attention over the days,
// graph attention over the day's neighbours, quantile heads. Each phase of training switches parts of it on.
import type { Config } from '../config/schema.ts';
import { frequencyAdaptiveNorm, sliceAdaptiveNorm } from '../nn/layers/adaptive-norm.ts';
import { attendToDays } from '../nn/layers/attention.ts';
import { dropout, gatedLinear, gatedResidual, lastDaysMask, layerNorm, linear } from '../nn/layers/basic.ts';
import { graphAttention, type Neighbourhood } from '../nn/layers/graph-attention.ts';
import { lstm } from '../nn/layers/lstm.ts';
import { quantileHead } from '../nn/layers/quantile-head.ts';
import { selectVariables } from '../nn/layers/variable-selection.ts';
import type { Scope } from '../nn/scope.ts';
import type { Graph, Tensor } from '../tensor/tensor.ts';

export type ModelConfig = Config['model'];

export interface ModelShape {
  features: number;
  horizons: number;
  /** Neighbour slots of the stock graph. */
  neighbours: number;
}

/** Edge attributes: signed correlation, absolute correlation, same sector. */
export const EDGE_ATTRIBUTES = 3;

export interface ModelInputs {
  /** [T, N, F] scaled features, oldest day first. */
  x: Tensor;
  around: Neighbourhood;
}

/** Inputs of the model under the names that an exported graph has; N is symbolic. */
export function modelInputs(
  graph: Graph,
  { sequence_length }: Pick<ModelConfig, 'sequence_length'>,
  shape: ModelShape,
): ModelInputs {
  const k = shape.neighbours;
  return {
    x: graph.input('x', [sequence_length, 'N', shape.features]),
    around: {
      index: graph.input('neighbours', ['N', k], 'i64'),
      mask: graph.input('edge_mask', ['N', k]),
      edges: graph.input('edges', ['N', k, EDGE_ATTRIBUTES]),
    },
  };
}

/** What each input and output of an exported graph is. */
export const MODEL_DOCS: Readonly<Record<string, string>> = {
  x: '[T, N, F] features of N stocks over T days, oldest first, scaled as the checkpoint says',
  neighbours: '[N, k] row of each neighbour in the day graph, own row where there is none',
  edge_mask: '[N, k] 1 for a neighbour, 0 for padding',
  edges: '[N, k, 3] signed correlation, absolute correlation, same sector',
  quantiles:
    '[N, horizons, quantiles] forward return as a fraction (0.01 is 1 %), entered at the next bar; nothing is left to scale',
};

/** @returns [N, horizons, quantiles] */
export function atftGatFan(scope: Scope, { x, around }: ModelInputs, config: ModelConfig, shape: ModelShape): Tensor {
  const { hidden_size: hidden, dropout: rate } = config;
  const days = config.sequence_length;
  const returned: { name: string; predicted: Tensor }[] = [];
  let input = x;
  if (config.san.enabled) {
    const san = sliceAdaptiveNorm(scope.child('san'), x, config.san.slices, hidden, rate);
    input = input.add(san.change);
    returned.push({ name: 'san_return', predicted: san.predicted });
  }
  if (config.fan.enabled) {
    const fan = frequencyAdaptiveNorm(scope.child('fan'), x, config.fan, hidden, rate);
    input = input.add(fan.change);
    returned.push({ name: 'fan_return', predicted: fan.predicted });
  }

  const { selected } = selectVariables(scope.child('selection'), input, hidden, rate);
  let sequence = linear(scope.child('embedding'), selected, hidden);
  for (let layer = 0; layer < config.lstm_layers; layer++) {
    const child = scope.child(`encoder${layer}`);
    const encoded = lstm(child.child('lstm'), sequence, hidden);
    const dropped = dropout(child, encoded, rate, lastDaysMask(encoded));
    sequence = layerNorm(child.child('norm'), sequence.add(gatedLinear(child.child('skip'), dropped, hidden)));
  }

  const attention = scope.child('attention');
  const { context } = attendToDays(attention, sequence, config.attention_heads, rate);
  const last = sequence.at(0, days - 1);
  let state = layerNorm(attention.child('norm'), last.add(gatedLinear(attention.child('skip'), context, hidden)));
  state = gatedResidual(scope.child('enrichment'), state, hidden, hidden, rate);

  // What SAN and FAN took away comes back through gates of its own, closed at first.
  for (const { name, predicted } of returned) {
    const gate = linear(scope.child(name), predicted, hidden, { biasStart: -2 }).sigmoid();
    state = state.add(gate.mul(predicted));
  }

  if (config.gat.enabled)
    for (let layer = 0; layer < config.gat.layers; layer++)
      state = graphAttention(scope.child(`gat${layer}`), state, around, {
        heads: config.gat.heads,
        gateStart: config.gat.gate_init,
        dropout: config.gat.dropout,
      });

  // A linear path from the last day's features straight to the forecast, closed at first: what a linear model would find, the
  // rest need not spend its capacity on (Cheng et al. 2016, wide and deep).
  const features = shape.features;
  const wide = x
    .at(0, days - 1)
    .matmul(scope.child('wide').parameter('weight', [features, shape.horizons], { kind: 'constant', value: 0 }, true));
  const quantiles = quantileHead(scope.child('head'), state, shape.horizons, config.quantiles.length);
  return quantiles.add(wide.reshape(['N', shape.horizons, 1]));
}
