// Owns building one of our graphs from an ONNX model, node by node.
import type { ModelProto, NodeProto } from '../../core/runtime/onnx-proto.ts';
import type { Value } from '../../core/tensor/reference.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';
import { type ConformanceCase, dtypeOf, typedValue, Unsupported } from './onnx-archive.ts';
import { NodeContext } from './onnx-node.ts';
import { onnxRules } from './onnx-rules.ts';

export interface Imported {
  outputs: Record<string, Tensor>;
  feeds: Map<Tensor, Value>;
  expected: Value[];
}

/** @throws Unsupported, or AppError where an operation refuses what it is given */
export function importCase({ model, inputs, outputs }: ConformanceCase): Imported {
  const graph = new Graph();
  const known = new Map<string, Tensor>();
  const feeds = new Map<Tensor, Value>();
  const declared = model.graph?.input ?? [];
  declared.forEach(({ name = '', type }, i) => {
    const tensorType = type?.tensorType;
    if (!tensorType) throw new Unsupported('sequences, maps and optionals');
    dtypeOf(tensorType.elemType);
    const data = inputs[i];
    if (!data) return;
    const value = typedValue(data);
    const tensor = graph.input(name, value.shape, value.dtype);
    known.set(name, tensor);
    feeds.set(tensor, value);
  });
  for (const initializer of model.graph?.initializer ?? []) {
    const { data, shape, dtype } = typedValue(initializer);
    known.set(initializer.name ?? '', graph.constant([...data], shape, dtype));
  }
  for (const node of model.graph?.node ?? []) importNode(graph, node, known, feeds, model);
  const results: Record<string, Tensor> = {};
  const expected: Value[] = [];
  (model.graph?.output ?? []).forEach(({ name = '' }, i) => {
    const proto = outputs[i];
    const tensor = known.get(name);
    if (!proto || !tensor) throw new Unsupported('sequences, maps and optionals');
    results[name] = tensor;
    expected.push(typedValue(proto));
  });
  return { outputs: results, feeds, expected };
}

function importNode(
  graph: Graph,
  node: NodeProto,
  known: Map<string, Tensor>,
  feeds: ReadonlyMap<Tensor, Value>,
  model: ModelProto,
): void {
  const { opType = '', domain = '' } = node;
  const rule = onnxRules[opType];
  const standard = model.opsetImport?.find((entry) => (entry.domain ?? '') === '')?.version ?? 0;
  // Softmax flattened its input before version 13; other old forms show as attributes that no rule reads.
  const outdated = standard < 13 && /Softmax$/.test(opType);
  if (!rule || domain !== '' || outdated) throw new Unsupported(`operator ${domain}${domain && '.'}${opType}`);
  const inputs = (node.input ?? []).map((name) => (name === '' ? undefined : known.get(name)));
  const context = new NodeContext(graph, node, inputs, feeds);
  const made = rule(context);
  context.attributes.refuseUnread();
  const list = Array.isArray(made) ? made : [made];
  (node.output ?? []).forEach((name, i) => {
    if (name !== '' && list[i]) known.set(name, list[i]);
  });
}
