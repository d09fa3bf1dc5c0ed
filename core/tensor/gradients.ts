// Owns reverse-mode differentiation: one walk over the graph from the loss back. Broadcasting is summed back, and the
// contributions to a node are joined, here and nowhere else.
import { AppError } from '../base/errors.ts';
import { sameShape, type Shape, shapeText } from './dims.ts';
import { gradientRules } from './gradient-rules.ts';
import type { OpAttrs, OpName } from './ops.ts';
import type { Tensor } from './tensor.ts';

/** Sums a gradient of a broadcast shape back to the shape of the operand. */
function sumTo(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((dim, i) => (i < lead || (shape[i - lead] === 1 && dim !== 1) ? [i] : []));
  return gradient.sum(axes).reshape(shape);
}

/**
 * Joins the contributions to one node. Slices of a node send back padded pieces; pieces that do not overlap are laid side by
 * side in one concat instead of being added as full-size, mostly empty tensors.
 */
function join(contributions: readonly Tensor[]): Tensor {
  const pieces = contributions.filter((piece) => piece.is('pad')) as (Tensor & { attrs: OpAttrs['pad'] })[];
  const axis = pieces[0]?.attrs.axis;
  if (pieces.length < 2 || pieces.some((piece) => piece.attrs.axis !== axis)) return total(contributions);
  const ordered = [...pieces].sort((a, b) => a.attrs.before - b.attrs.before);
  const graph = ordered[0].graph;
  const laid: Tensor[] = [];
  const overlapping: Tensor[] = [];
  let at = 0;
  const fillTo = (position: number, like: Tensor): void => {
    if (position > at)
      laid.push(graph.constant(0).broadcast(like.shape.map((dim, i) => (i === axis ? position - at : dim))));
  };
  for (const piece of ordered) {
    const body = piece.inputs[0];
    if (piece.attrs.before < at) {
      overlapping.push(piece);
      continue;
    }
    fillTo(piece.attrs.before, body);
    laid.push(body);
    at = piece.attrs.before + Number(body.shape[axis]);
  }
  fillTo(Number(ordered[0].shape[axis]), ordered[0].inputs[0]);
  const rest = contributions.filter((piece) => !piece.is('pad'));
  const joined = graph.concat(laid, axis);
  return overlapping.length > 0 ? total([joined, join(overlapping), ...rest]) : total([joined, ...rest]);
}

const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term));

/** The rule of a node, its attributes typed by its operation. */
function inputGradients<O extends OpName>(node: Tensor, op: O, gradient: Tensor): readonly (Tensor | undefined)[] {
  const rule = gradientRules[op];
  if (rule === 'none') return [];
  return rule(gradient, node, node.inputs, node.attrs as OpAttrs[O]);
}

/**
 * Gradients of a scalar loss.
 * @param wrt tensors to differentiate by, with a name for the error
 * @returns one tensor for each of `wrt`, of its shape
 * @throws model/shape-mismatch when the loss is no scalar, model/no-gradient when the loss does not depend on one of them
 */
export function gradients(loss: Tensor, wrt: readonly { name: string; tensor: Tensor }[]): Tensor[] {
  if (loss.rank > 0)
    throw new AppError('model/shape-mismatch', { op: 'gradients', shapes: `${shapeText(loss.shape)} []` });
  const reaches = dependents(loss, new Set(wrt.map(({ tensor }) => tensor)));
  const contributions = new Map<Tensor, Tensor[]>([[loss, [loss.graph.constant(1)]]]);
  const finished = new Map<Tensor, Tensor>();
  const order = [...reaches].sort((a, b) => b.id - a.id);
  for (const node of order) {
    const terms = contributions.get(node);
    if (!terms) continue;
    const gradient = join(terms);
    finished.set(node, gradient);
    const sent = inputGradients(node, node.op, gradient);
    node.inputs.forEach((input, i) => {
      const term = sent[i];
      if (!term || !reaches.has(input)) return;
      const summed = sumTo(term, input.shape);
      const list = contributions.get(input);
      if (list) list.push(summed);
      else contributions.set(input, [summed]);
    });
  }
  return wrt.map(({ name, tensor }) => {
    const gradient = finished.get(tensor);
    if (!gradient) throw new AppError('model/no-gradient', { name });
    return gradient;
  });
}

/** Nodes between the loss and the targets: the only ones whose gradients are worth building. */
function dependents(loss: Tensor, targets: ReadonlySet<Tensor>): Set<Tensor> {
  const depends = new Map<Tensor, boolean>();
  const visit = (root: Tensor): void => {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack[stack.length - 1];
      if (depends.has(node)) {
        stack.pop();
        continue;
      }
      const open = node.inputs.filter((input) => !depends.has(input));
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      depends.set(node, targets.has(node) || node.inputs.some((input) => depends.get(input)));
      stack.pop();
    }
  };
  visit(loss);
  return new Set([...depends].filter(([, does]) => does).map(([node]) => node));
}
