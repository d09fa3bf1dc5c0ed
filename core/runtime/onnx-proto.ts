// Owns the ONNX file format: the messages of onnx.proto3 that Phasor writes and reads, as one table of protobuf field
// numbers, and a small codec over that table. Unknown fields are skipped when reading.

export interface TensorProto {
  dims?: number[];
  dataType?: number;
  name?: string;
  rawData?: Uint8Array;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: number[];
  doubleData?: number[];
}
export interface AttributeProto {
  name?: string;
  type?: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  floats?: number[];
  ints?: number[];
  strings?: Uint8Array[];
}
export interface NodeProto {
  input?: string[];
  output?: string[];
  name?: string;
  opType?: string;
  domain?: string;
  attribute?: AttributeProto[];
}
export interface DimensionProto {
  dimValue?: number;
  dimParam?: string;
}
export interface ValueInfoProto {
  name?: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: DimensionProto[] } } };
  docString?: string;
}
export interface GraphProto {
  node?: NodeProto[];
  name?: string;
  initializer?: TensorProto[];
  docString?: string;
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
}
export interface ModelProto {
  irVersion?: number;
  producerName?: string;
  producerVersion?: string;
  docString?: string;
  graph?: GraphProto;
  opsetImport?: { domain?: string; version?: number }[];
  metadataProps?: { key?: string; value?: string }[];
}

/** Element types of TensorProto. */
export const ELEMENT = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, double: 11 } as const;
/** Types of AttributeProto. */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

type Scalar = 'int' | 'float' | 'double' | 'string' | 'bytes';
interface Field {
  name: string;
  /** A scalar, or the name of another message. */
  type: Scalar | keyof typeof MESSAGES;
  repeated?: boolean;
}

const MESSAGES = {
  Model: {
    1: { name: 'irVersion', type: 'int' },
    2: { name: 'producerName', type: 'string' },
    3: { name: 'producerVersion', type: 'string' },
    6: { name: 'docString', type: 'string' },
    7: { name: 'graph', type: 'Graph' },
    8: { name: 'opsetImport', type: 'OperatorSet', repeated: true },
    14: { name: 'metadataProps', type: 'Entry', repeated: true },
  },
  OperatorSet: { 1: { name: 'domain', type: 'string' }, 2: { name: 'version', type: 'int' } },
  Entry: { 1: { name: 'key', type: 'string' }, 2: { name: 'value', type: 'string' } },
  Graph: {
    1: { name: 'node', type: 'Node', repeated: true },
    2: { name: 'name', type: 'string' },
    5: { name: 'initializer', type: 'Tensor', repeated: true },
    10: { name: 'docString', type: 'string' },
    11: { name: 'input', type: 'ValueInfo', repeated: true },
    12: { name: 'output', type: 'ValueInfo', repeated: true },
  },
  Node: {
    1: { name: 'input', type: 'string', repeated: true },
    2: { name: 'output', type: 'string', repeated: true },
    3: { name: 'name', type: 'string' },
    4: { name: 'opType', type: 'string' },
    5: { name: 'attribute', type: 'Attribute', repeated: true },
    7: { name: 'domain', type: 'string' },
  },
  Attribute: {
    1: { name: 'name', type: 'string' },
    2: { name: 'f', type: 'float' },
    3: { name: 'i', type: 'int' },
    4: { name: 's', type: 'bytes' },
    5: { name: 't', type: 'Tensor' },
    7: { name: 'floats', type: 'float', repeated: true },
    8: { name: 'ints', type: 'int', repeated: true },
    9: { name: 'strings', type: 'bytes', repeated: true },
    20: { name: 'type', type: 'int' },
  },
  ValueInfo: {
    1: { name: 'name', type: 'string' },
    2: { name: 'type', type: 'Type' },
    3: { name: 'docString', type: 'string' },
  },
  Type: { 1: { name: 'tensorType', type: 'TensorType' } },
  TensorType: { 1: { name: 'elemType', type: 'int' }, 2: { name: 'shape', type: 'Shape' } },
  Shape: { 1: { name: 'dim', type: 'Dimension', repeated: true } },
  Dimension: { 1: { name: 'dimValue', type: 'int' }, 2: { name: 'dimParam', type: 'string' } },
  Tensor: {
    1: { name: 'dims', type: 'int', repeated: true },
    2: { name: 'dataType', type: 'int' },
    4: { name: 'floatData', type: 'float', repeated: true },
    5: { name: 'int32Data', type: 'int', repeated: true },
    7: { name: 'int64Data', type: 'int', repeated: true },
    8: { name: 'name', type: 'string' },
    9: { name: 'rawData', type: 'bytes' },
    10: { name: 'doubleData', type: 'double', repeated: true },
  },
} as const satisfies Record<string, Record<number, { name: string; type: string; repeated?: boolean }>>;

type Message = Record<string, unknown>;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

class Writer {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  #reserve(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
    }
    return at;
  }

  varint(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      const low = Number(rest & 127n);
      rest >>= 7n;
      const at = this.#reserve(1); // may move the buffer, so it comes first
      this.#bytes[at] = rest > 0n ? low | 128 : low;
    } while (rest > 0n);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  number(value: number, size: 4 | 8): void {
    const at = this.#reserve(size);
    const view = new DataView(this.#bytes.buffer);
    if (size === 4) view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

function writeField(out: Writer, number: number, { type }: Field, value: unknown): void {
  const tag = (wire: number): void => out.varint((number << 3) | wire);
  if (type === 'int') {
    tag(WIRE.varint);
    out.varint(value as number);
  } else if (type === 'float') {
    tag(WIRE.fixed32);
    out.number(value as number, 4);
  } else if (type === 'double') {
    tag(WIRE.fixed64);
    out.number(value as number, 8);
  } else {
    tag(WIRE.bytes);
    if (type === 'string') out.bytes(utf8.encode(value as string));
    else if (type === 'bytes') out.bytes(value as Uint8Array);
    else out.bytes(encodeMessage(type, value as Message));
  }
}

function encodeMessage(name: keyof typeof MESSAGES, message: Message): Uint8Array {
  const out = new Writer();
  for (const [number, field] of Object.entries(MESSAGES[name]) as [string, Field][]) {
    const value = message[field.name];
    if (value === undefined) continue;
    const values = field.repeated ? (value as unknown[]) : [value];
    for (const one of values) writeField(out, Number(number), field, one);
  }
  return out.finish();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      if (this.done) throw new RangeError('protobuf: cut off');
      const byte = this.#bytes[this.at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(BigInt.asIntN(64, value));
    }
  }

  bytes(): Uint8Array {
    const length = this.varint();
    if (length < 0 || this.at + length > this.#bytes.length) throw new RangeError('protobuf: cut off');
    return this.#bytes.subarray(this.at, (this.at += length));
  }

  number(size: 4 | 8): number {
    if (this.at + size > this.#bytes.length) throw new RangeError('protobuf: cut off');
    const value = size === 4 ? this.#view.getFloat32(this.at, true) : this.#view.getFloat64(this.at, true);
    this.at += size;
    return value;
  }

  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.bytes) this.bytes();
    else if (wire === WIRE.fixed32) this.number(4);
    else if (wire === WIRE.fixed64) this.number(8);
    else throw new RangeError(`protobuf: wire type ${wire}`);
  }
}

function readScalar(reader: Reader, type: Scalar): unknown {
  if (type === 'int') return reader.varint();
  if (type === 'float') return reader.number(4);
  if (type === 'double') return reader.number(8);
  const bytes = reader.bytes();
  return type === 'string' ? fromUtf8.decode(bytes) : bytes;
}

const SCALARS: readonly string[] = ['int', 'float', 'double', 'string', 'bytes'];
const isScalar = (type: string): type is Scalar => SCALARS.includes(type);

function decodeMessage(name: keyof typeof MESSAGES, bytes: Uint8Array): Message {
  const reader = new Reader(bytes);
  const fields = MESSAGES[name] as unknown as Record<number, Field | undefined>;
  const message: Message = {};
  while (!reader.done) {
    const tag = reader.varint();
    const wire = tag & 7;
    const field = fields[tag >>> 3];
    if (!field) {
      reader.skip(wire);
      continue;
    }
    const { type, repeated } = field;
    let values: unknown[];
    if (!isScalar(type)) values = [decodeMessage(type, reader.bytes())];
    else if (wire === WIRE.bytes && type !== 'string' && type !== 'bytes') {
      const packed = new Reader(reader.bytes());
      values = [];
      while (!packed.done) values.push(readScalar(packed, type));
    } else values = [readScalar(reader, type)];
    if (!repeated) message[field.name] = values[0];
    else for (const value of values) ((message[field.name] ??= []) as unknown[]).push(value);
  }
  return message;
}

export const encodeModel = (model: ModelProto): Uint8Array => encodeMessage('Model', model as Message);

/** @throws RangeError when the bytes are no protobuf message */
export const decodeModel = (bytes: Uint8Array): ModelProto => decodeMessage('Model', bytes) as ModelProto;
export const encodeTensor = (tensor: TensorProto): Uint8Array => encodeMessage('Tensor', tensor as Message);
export const decodeTensor = (bytes: Uint8Array): TensorProto => decodeMessage('Tensor', bytes) as TensorProto;
