import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeModel,
  decodeTensor,
  encodeModel,
  encodeTensor,
  type ModelProto,
} from '../../core/runtime/onnx-proto.ts';

const integer = fc.maxSafeInteger();
const bytes = fc.uint8Array({ maxLength: 300 });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 4 });
const float = fc.float();
const tensor = fc.record(
  {
    dims: some(fc.nat()),
    dataType: fc.nat(20),
    name: fc.string({ unit: 'grapheme' }),
    rawData: bytes,
    floatData: some(float),
    int64Data: some(integer),
    doubleData: some(fc.double()),
  },
  { requiredKeys: [] },
);
const attribute = fc.record(
  {
    name: fc.string(),
    type: fc.nat(13),
    f: float,
    i: integer,
    s: bytes,
    t: tensor,
    floats: some(float),
    ints: some(integer),
    strings: some(bytes),
  },
  { requiredKeys: [] },
);
const valueInfo = fc.record({
  name: fc.string(),
  type: fc.record({
    tensorType: fc.record({
      elemType: fc.nat(16),
      shape: fc.record({
        dim: some(fc.oneof(fc.record({ dimValue: integer }), fc.record({ dimParam: fc.string() }))),
      }),
    }),
  }),
});
const model: fc.Arbitrary<ModelProto> = fc.record({
  irVersion: fc.nat(),
  producerName: fc.string({ unit: 'grapheme' }),
  opsetImport: some(fc.record({ domain: fc.string(), version: fc.nat(30) })),
  metadataProps: some(fc.record({ key: fc.string(), value: fc.string() })),
  graph: fc.record({
    name: fc.string(),
    node: some(
      fc.record(
        {
          input: some(fc.string()),
          output: some(fc.string()),
          name: fc.string(),
          opType: fc.string(),
          domain: fc.string(),
          attribute: some(attribute),
        },
        { requiredKeys: ['opType'] },
      ),
    ),
    initializer: some(tensor),
    input: some(valueInfo),
    output: some(valueInfo),
  }),
});

const plain = (message: unknown): unknown =>
  message instanceof Uint8Array
    ? [...message]
    : Array.isArray(message)
      ? message.map(plain)
      : message && typeof message === 'object'
        ? Object.fromEntries(Object.entries(message).map(([key, value]) => [key, plain(value)]))
        : message;

test('a model read back is the model written', () => {
  fc.assert(
    fc.property(model, (given) => {
      expect(plain(decodeModel(encodeModel(given)))).toEqual(plain(given));
    }),
  );
});

test('a tensor read back is the tensor written', () => {
  fc.assert(
    fc.property(tensor, (given) => {
      expect(plain(decodeTensor(encodeTensor(given)))).toEqual(plain(given));
    }),
  );
});

test('bytes that are cut off or random never hang and fail with a RangeError only', () => {
  const tryReading = (data: Uint8Array): void => {
    try {
      decodeModel(data);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  };
  fc.assert(
    fc.property(model, fc.nat(), (given, at) => {
      const data = encodeModel(given);
      tryReading(data.subarray(0, at % data.length));
    }),
  );
  fc.assert(fc.property(bytes, tryReading));
});
