// Owns how a message crosses a WebSocket: as JSON text, or, where it holds typed arrays or numbers that JSON cannot say, as one
// binary frame. Frame: 'PHF1', header length (uint32), header (UTF-8 JSON, padded with spaces to 8 bytes), then each array's bytes,
// each aligned to 8. Little-endian throughout, as every platform of the product is.
import { AppError } from '../base/errors.ts';

/** Where a value stands in the message: keys and indices from the top. */
type Path = readonly (string | number)[];

interface Header {
  /** The message, with null in the place of everything below. */
  message: unknown;
  /** Path, kind and number of elements, in the order of their bytes. */
  arrays: [Path, ArrayKind, number][];
  /** Numbers that are not finite. */
  numbers: [Path, 'NaN' | 'Infinity' | '-Infinity'][];
}

const KINDS = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;
type ArrayKind = keyof typeof KINDS;
type Column = InstanceType<(typeof KINDS)[ArrayKind]>;

const MAGIC = 0x31464850; // 'PHF1'
const ALIGN = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

function kindOf(array: ArrayBufferView): ArrayKind {
  for (const kind of Object.keys(KINDS) as ArrayKind[]) if (array instanceof KINDS[kind]) return kind;
  throw new TypeError(`a message cannot carry a ${array.constructor.name}`);
}

/**
 * Moves what JSON cannot say out of `value`, copying only what lies on the way to it. `path` is where `value` stands, and is the
 * same again afterwards. @throws TypeError on what is no plain data
 */
function strip(value: unknown, path: (string | number)[], header: Header, columns: Column[]): unknown {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    header.numbers.push([[...path], String(value) as 'NaN']);
    return null;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const column = value as Column;
    header.arrays.push([[...path], kindOf(value), column.length]);
    columns.push(column);
    return null;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`a message cannot carry a ${value.constructor.name}`);
  let copy: Record<string | number, unknown> | undefined;
  const own = value as Record<string | number, unknown>;
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    path.push(key);
    const inner = strip(own[key], path, header, columns);
    path.pop();
    if (Object.is(inner, own[key])) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
    copy[key] = inner;
  }
  return copy ?? value;
}

/**
 * A message as what a WebSocket sends. As in JSON, keys whose value is undefined are left out; unlike in JSON, NaN, infinities and
 * Float64Array, Float32Array, Int32Array and Uint8Array arrive as they were.
 */
export function encodeMessage(message: unknown): string | Uint8Array<ArrayBuffer> {
  const header: Header = { message: undefined, arrays: [], numbers: [] };
  const columns: Column[] = [];
  header.message = strip(message, [], header, columns);
  if (header.arrays.length + header.numbers.length === 0) return JSON.stringify(message);

  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = aligned(2 * Uint32Array.BYTES_PER_ELEMENT + text.length);
  const frame = new Uint8Array(columns.reduce((end, { byteLength }) => end + aligned(byteLength), start));
  const view = new DataView(frame.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, start - 8, true);
  frame.fill(0x20, 8, start).set(text, 8);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of columns) {
    frame.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return frame;
}

/** The message of a text or binary frame; its arrays are views of `data` where that is aligned. @throws input/bad-frame */
export function decodeMessage(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): unknown {
  if (typeof data === 'string') return parse(data);
  const bytes = asAligned(data);
  if (bytes.length < 8) throw bad('it is too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw bad('it does not begin as a frame does');
  const start = 8 + view.getUint32(4, true);
  if (start > bytes.length || start % ALIGN !== 0) throw bad('its header is cut off');
  const header = requireHeader(parse(new TextDecoder().decode(bytes.subarray(8, start))));

  const root = { message: header.message };
  for (const [path, text] of header.numbers) put(root, path, Number(text));
  let at = start;
  for (const [path, kind, length] of header.arrays) {
    const end = at + length * KINDS[kind].BYTES_PER_ELEMENT;
    if (end > bytes.length) throw bad('an array is cut off');
    put(root, path, new KINDS[kind](bytes.buffer, bytes.byteOffset + at, length));
    at = aligned(end);
  }
  if (at !== bytes.length) throw bad('it is longer than its arrays');
  return root.message;
}

const bad = (problem: string): AppError => new AppError('input/bad-frame', { problem });

function asAligned(data: ArrayBuffer | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data.byteOffset % ALIGN === 0 ? data : data.slice();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bad('it is no JSON');
  }
}

const isPath = (value: unknown): value is Path =>
  Array.isArray(value) && value.every((key) => typeof key === 'string' || Number.isInteger(key));

function requireHeader(value: unknown): Header {
  const { message, arrays, numbers } = (value ?? {}) as Partial<Header>;
  const soundArrays =
    Array.isArray(arrays) &&
    arrays.every(
      (entry) =>
        Array.isArray(entry) &&
        isPath(entry[0]) &&
        Object.hasOwn(KINDS, entry[1]) &&
        Number.isSafeInteger(entry[2]) &&
        entry[2] >= 0,
    );
  const soundNumbers =
    Array.isArray(numbers) &&
    numbers.every(
      (entry) => Array.isArray(entry) && isPath(entry[0]) && ['NaN', 'Infinity', '-Infinity'].includes(entry[1]),
    );
  if (!soundArrays || !soundNumbers) throw bad('its header is malformed');
  return { message, arrays, numbers };
}

/** Puts `value` where the message holds null for it: a path can reach nothing but what JSON itself made. */
function put(root: { message: unknown }, path: Path, value: unknown): void {
  let holder: object = root;
  let key: string | number = 'message';
  for (const next of path) {
    const inner: unknown = (holder as Record<string | number, unknown>)[key];
    if (typeof inner !== 'object' || inner === null || ArrayBuffer.isView(inner) || !Object.hasOwn(inner, next))
      throw bad('its header points to nothing');
    holder = inner;
    key = next;
  }
  const place = holder as Record<string | number, unknown>;
  if (place[key] !== null) throw bad('its header points to nothing');
  place[key] = value;
}
