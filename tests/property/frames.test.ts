// Whatever a message holds arrives over a WebSocket as it was sent; what is no message is refused by name, never by a crash.
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import { decodeMessage, encodeMessage } from '../../core/contract/frames.ts';

const typedArray = fc.oneof(
  fc.float64Array({ maxLength: 20 }),
  fc.float32Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 20 }),
  fc.uint8Array({ maxLength: 20 }),
);
const unusualNumber = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, 0.1);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'length'),
);
const { message: anyMessage } = fc.letrec((tie) => ({
  message: fc.oneof(
    { depthSize: 'small' },
    typedArray,
    unusualNumber,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    text,
    fc.array(tie('message'), { maxLength: 5 }),
    fc.array(fc.tuple(text, tie('message')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

test('every message arrives as it was sent, its numbers to the bit', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      deepStrictEqual(decodeMessage(encodeMessage(message)), message);
    }),
    { numRuns: 500 },
  );
});

test('what is sent is not changed by sending it', () => {
  const message = { a: [1, { b: new Float64Array([Number.NaN, 1]) }], c: Number.NaN };
  encodeMessage(message);
  expect(message).toStrictEqual({ a: [1, { b: new Float64Array([Number.NaN, 1]) }], c: Number.NaN });
});

test('messages without columns are plain JSON, those with them one binary frame whose arrays are aligned views', () => {
  expect(encodeMessage({ type: 'call', id: 1, name: 'x', input: { none: undefined } })).toBe(
    '{"type":"call","id":1,"name":"x","input":{}}',
  );
  const frame = encodeMessage({ days: new Uint8Array(3), prices: new Float64Array(2) });
  expect(frame).toBeInstanceOf(Uint8Array);
  const { prices } = decodeMessage(frame) as { prices: Float64Array };
  expect(prices.buffer).toBe((frame as Uint8Array).buffer);
  // A frame that arrives at an odd place of a larger buffer is moved first.
  const pool = new Uint8Array((frame as Uint8Array).length + 3);
  pool.set(frame as Uint8Array, 3);
  expect(decodeMessage(pool.subarray(3))).toStrictEqual({ days: new Uint8Array(3), prices: new Float64Array(2) });
});

test.each([
  ['a Date', { at: new Date(0) }],
  ['a Map', new Map()],
  ['an array of another kind', { of: [new Uint16Array(1)] }],
])('%s is a bug of the sender', (_, message) => {
  expect(() => encodeMessage(message)).toThrow(TypeError);
});

/** Decoding gives a message or refuses the frame; nothing else may happen. */
function refusedOrRead(data: string | Uint8Array<ArrayBuffer>): 'refused' | 'read' {
  try {
    decodeMessage(data);
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('input/bad-frame');
    return 'refused';
  }
}

test('bytes at random are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(refusedOrRead(bytes)).toBe('refused');
    }),
  );
});

test('a frame cut short is refused, one with a changed byte is refused or read', () => {
  const frame = encodeMessage({ a: new Float64Array([1, 2, 3]), b: [new Int32Array([4]), Number.NaN] }) as Uint8Array;
  for (let length = 0; length < frame.length; length++) expect(refusedOrRead(frame.slice(0, length))).toBe('refused');
  fc.assert(
    fc.property(fc.nat(frame.length - 1), fc.nat(255), (at, byte) => {
      const changed = frame.slice();
      changed[at] = byte;
      refusedOrRead(changed);
    }),
    { numRuns: 1_000 },
  );
});

/** A frame with this header and so many bytes of columns. */
function forge(header: unknown, bytes = 0): Uint8Array<ArrayBuffer> {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const padded = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const frame = new Uint8Array(8 + padded.length + bytes);
  frame.set(new TextEncoder().encode('PHF1'));
  new DataView(frame.buffer).setUint32(4, padded.length, true);
  frame.set(padded, 8);
  return frame;
}

test.each([
  ['no JSON', 'x'],
  ['no object', 'null'],
  ['no lists', { message: {} }],
  ['a kind that objects inherit', { message: [null], arrays: [[[0], 'constructor', 1]], numbers: [] }],
  ['a negative length', { message: [null], arrays: [[[0], 'f64', -1]], numbers: [] }],
  ['a length beyond the frame', { message: [null], arrays: [[[0], 'f64', 2 ** 40]], numbers: [] }],
  ['a path to nowhere', { message: {}, arrays: [], numbers: [[['a'], 'NaN']] }],
  ['a path into the prototype', { message: {}, arrays: [], numbers: [[['__proto__', 'x'], 'NaN']] }],
  ['a path to the prototype', { message: {}, arrays: [], numbers: [[['constructor', 'prototype'], 'NaN']] }],
  ['a path to what is no gap', { message: { a: 1 }, arrays: [], numbers: [[['a'], 'NaN']] }],
  [
    'a path into an array put there',
    {
      message: [null],
      arrays: [
        [[0], 'u8', 0],
        [[0, 0], 'u8', 0],
      ],
      numbers: [],
    },
  ],
  ['a word for a number', { message: [null], arrays: [], numbers: [[[0], '12']] }],
])('a forged header is refused: %s', (_, header) => {
  expect(refusedOrRead(forge(header, 8))).toBe('refused');
  expect(refusedOrRead(forge(header))).toBe('refused');
});

test('a forged prototype stays a plain property', () => {
  const message = decodeMessage(forge('{"message":{"__proto__":null},"arrays":[],"numbers":[[["__proto__"],"NaN"]]}'));
  expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('text that is no JSON is refused', () => {
  expect(refusedOrRead('{"type":')).toBe('refused');
});
