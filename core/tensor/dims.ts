// Owns dimensions: a number, or a product with symbols written canonically ("N", "20*N", "N*N").
import { AppError } from '../base/errors.ts';

/** A size known when the graph is built, or a product of a number and symbols, known when it is run. */
export type Dim = number | string;
export type Shape = readonly Dim[];
/** What each symbol stands for in one run. */
export type DimEnv = Readonly<Record<string, number>>;

interface Product {
  factor: number;
  symbols: string[];
}

function parse(dim: Dim): Product {
  if (typeof dim === 'number') return { factor: dim, symbols: [] };
  const product: Product = { factor: 1, symbols: [] };
  for (const part of dim.split('*')) {
    if (/^\d+$/.test(part)) product.factor *= Number(part);
    else product.symbols.push(part);
  }
  return product;
}

function print({ factor, symbols }: Product): Dim {
  if (symbols.length === 0 || factor === 0) return factor;
  const text = [...symbols].sort().join('*');
  return factor === 1 ? text : `${factor}*${text}`;
}

export function multiplyDims(...dims: readonly Dim[]): Dim {
  const product: Product = { factor: 1, symbols: [] };
  for (const dim of dims) {
    const { factor, symbols } = parse(dim);
    product.factor *= factor;
    product.symbols.push(...symbols);
  }
  return print(product);
}

/** Sums sizes along one axis: numbers add, and so do multiples of the same symbols. */
export function addDims(a: Dim, b: Dim): Dim {
  if (a === 0) return b;
  if (b === 0) return a;
  const x = parse(a);
  const y = parse(b);
  if (print({ ...x, factor: 1 }) !== print({ ...y, factor: 1 }))
    throw new AppError('model/shape-mismatch', { op: 'concat', shapes: `${a} + ${b}` });
  return print({ factor: x.factor + y.factor, symbols: x.symbols });
}

/** Exact quotient a / b, or undefined when b does not divide a. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  const x = parse(a);
  const y = parse(b);
  if (y.factor === 0 || x.factor % y.factor !== 0) return undefined;
  const symbols = [...x.symbols];
  for (const symbol of y.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) return undefined;
    symbols.splice(at, 1);
  }
  return print({ factor: x.factor / y.factor, symbols });
}

export const symbolsOf = (dim: Dim): string[] => parse(dim).symbols;
export const factorOf = (dim: Dim): number => parse(dim).factor;

export function resolveDim(dim: Dim, env: DimEnv): number {
  if (typeof dim === 'number') return dim;
  const { factor, symbols } = parse(dim);
  return symbols.reduce((size, symbol) => {
    const value = env[symbol];
    if (value === undefined) throw new AppError('model/unbound-dimension', { symbol });
    return size * value;
  }, factor);
}

export const resolveShape = (shape: Shape, env: DimEnv): number[] => shape.map((dim) => resolveDim(dim, env));
export const countOf = (shape: Shape): Dim => multiplyDims(1, ...shape);
export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`;
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

/** Numpy broadcasting of two shapes. @throws model/shape-mismatch */
export function broadcastShapes(op: string, a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new AppError('model/shape-mismatch', { op, shapes: `${shapeText(a)} ${shapeText(b)}` });
  });
}

/** An axis counted from the end when negative. @throws model/bad-axis */
export function normaliseAxis(op: string, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank)
    throw new AppError('model/bad-axis', { op, axis, rank });
  return positive;
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}
