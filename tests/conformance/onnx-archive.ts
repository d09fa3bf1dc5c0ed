// Owns reading the archives of the ONNX backend conformance cases: tar inside zstd, one folder a case, tensors as protobuf.
import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import {
  decodeModel,
  decodeTensor,
  ELEMENT,
  type ModelProto,
  type TensorProto,
} from '../../core/runtime/onnx-proto.ts';
import type { DType } from '../../core/tensor/ops.ts';
import type { Value } from '../../core/tensor/reference.ts';

/** What a case needs that the op set does not have. */
export class Unsupported extends Error {}

export interface TypedValue extends Value {
  dtype: DType;
}

export interface ConformanceCase {
  name: string;
  model: ModelProto;
  /** Data of the graph's inputs and expected outputs, by position; undefined where an optional one is left out. */
  inputs: (TensorProto | undefined)[];
  outputs: (TensorProto | undefined)[];
}

function* entriesOfTar(bytes: Uint8Array): Generator<[path: string, data: Uint8Array]> {
  const text = (from: number, length: number): string =>
    new TextDecoder().decode(bytes.subarray(from, from + length)).replace(/\0.*$/s, '');
  let longName = '';
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const type = String.fromCharCode(bytes[at + 156] || 48);
    const data = bytes.subarray(at + 512, at + 512 + size);
    const prefix = text(at + 345, 155);
    const name = longName || (prefix ? `${prefix}/` : '') + text(at, 100);
    longName = type === 'L' ? text(at + 512, size) : '';
    if (type === '0') yield [name, data];
    at += 512 * (1 + Math.ceil(size / 512));
  }
}

export function readCases(archive: string): ConformanceCase[] {
  const cases = new Map<string, ConformanceCase>();
  for (const [path, data] of entriesOfTar(zstdDecompressSync(readFileSync(archive)))) {
    const [, name, file] = path.match(/(test_[^/]+)\/(model\.onnx|test_data_set_0\/\w+\.pb)$/) ?? [];
    if (!name) continue;
    let item = cases.get(name);
    if (!item) cases.set(name, (item = { name, model: {}, inputs: [], outputs: [] }));
    const [, side, position] = file.match(/(input|output)_(\d+)\.pb$/) ?? [];
    if (file === 'model.onnx') item.model = decodeModel(data);
    else if (data.length > 0) item[side === 'input' ? 'inputs' : 'outputs'][Number(position)] = readTensor(data);
  }
  return [...cases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Sequences and maps are written in the same files; what is no tensor is left undefined. */
function readTensor(data: Uint8Array): TensorProto | undefined {
  try {
    return decodeTensor(data);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

const TYPES: Partial<Record<number, DType>> = {
  [ELEMENT.float]: 'f32',
  [ELEMENT.double]: 'f32',
  [ELEMENT.int32]: 'i64',
  [ELEMENT.int64]: 'i64',
  [ELEMENT.bool]: 'bool',
};
const NAMES = [
  'undefined',
  'float',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'double',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
];

/** float and double count as f32, both int types as i64. @throws Unsupported for every other type */
export function dtypeOf(elementType: number | undefined): DType {
  const dtype = TYPES[elementType ?? 0];
  if (!dtype) throw new Unsupported(`element type ${NAMES[elementType ?? 0] ?? 'of 8 bits or less'}`);
  return dtype;
}

export function typedValue(tensor: TensorProto): TypedValue {
  const dtype = dtypeOf(tensor.dataType);
  const { rawData } = tensor;
  const plain = tensor.floatData ?? tensor.doubleData ?? tensor.int64Data ?? tensor.int32Data ?? [];
  let data: ArrayLike<number | bigint> = plain;
  if (rawData) {
    const { buffer } = new Uint8Array(rawData);
    if (tensor.dataType === ELEMENT.float) data = new Float32Array(buffer);
    else if (tensor.dataType === ELEMENT.double) data = new Float64Array(buffer);
    else if (tensor.dataType === ELEMENT.int64) data = new BigInt64Array(buffer);
    else if (tensor.dataType === ELEMENT.int32) data = new Int32Array(buffer);
    else data = new Uint8Array(buffer);
  }
  return { dtype, shape: tensor.dims ?? [], data: Float64Array.from(data as ArrayLike<number>, Number) };
}
