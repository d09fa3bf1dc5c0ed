import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../core/base/errors.ts';
import { evaluate, type Value } from '../../core/tensor/reference.ts';
import type { Tensor } from '../../core/tensor/tensor.ts';
import { toHost } from '../grad/harness.ts';
import { onnxRunner } from '../grad/onnx-runner.ts';
import { readCases, Unsupported } from './onnx-archive.ts';
import { type Imported, importCase } from './onnx-import.ts';

/** The folder that holds onnx_node_tests/, the ONNX backend conformance cases packed as tar.zst. */
const { PHASOR_DATA } = process.env;

/** Cases that pass, measured; losing one fails. */
const PASSING = 717;

type Results = ArrayLike<{ shape: readonly number[]; data: ArrayLike<number | bigint> }>;

/** The first element that differs, or undefined. */
function difference(expected: readonly Value[], found: Results): string | undefined {
  for (const [at, { shape, data }] of expected.entries()) {
    const result = found[at];
    if (shape.join() !== result.shape.join()) return `shape [${result.shape}], expected [${shape}]`;
    const wrong = data.findIndex((x, i) => {
      const value = Number(result.data[i]);
      return !Object.is(value, x) && value !== x && !(Math.abs(value - x) <= 3e-5 * (Math.abs(x) + 1e-3));
    });
    if (wrong >= 0) return `element ${wrong} is ${result.data[wrong]}, expected ${data[wrong]}`;
  }
  return undefined;
}

/** Cases that the op set can state, and why the others cannot be. */
function importAll(folder: string): { imported: Map<string, Imported>; reasons: Map<string, number>; total: number } {
  const cases = ['node', 'light_simple'].flatMap((name) =>
    readCases(join(folder, 'onnx_node_tests', `${name}.tar.zst`)),
  );
  const imported = new Map<string, Imported>();
  const reasons = new Map<string, number>();
  for (const item of cases)
    try {
      imported.set(item.name, importCase(item));
    } catch (error) {
      const refused = error instanceof AppError && error.code === 'model/dtype-mismatch';
      if (!(error instanceof Unsupported) && !refused) throw new Error(item.name, { cause: error });
      const reason = refused ? `${error.params.op} of ${error.params.found}` : error.message;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  return { imported, reasons, total: cases.length };
}

test.skipIf(!PHASOR_DATA)(
  'the reference and ONNX Runtime pass the ONNX conformance cases of the op set (needs PHASOR_DATA)',
  async () => {
    const { imported, reasons, total } = importAll(PHASOR_DATA ?? '');
    const failures: string[] = [];
    for (const [name, { outputs, feeds, expected }] of imported) {
      const reference = difference(expected, evaluate(Object.values(outputs), feeds));
      if (reference) failures.push(`reference, ${name}: ${reference}`);
      const run = await onnxRunner(outputs, { dialect: 'ort' });
      const results = await run(
        Object.fromEntries([...feeds].map(([tensor, value]) => [nameOf(tensor), toHost(value, tensor.dtype)])),
      );
      await run.release();
      const runtime = difference(expected, Object.values(results));
      if (runtime) failures.push(`ONNX Runtime, ${name}: ${runtime}`);
    }
    const why = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `${count} ${reason}`);
    console.log(`ONNX conformance: ${imported.size} of ${total} cases are in the op set; not in it: ${why.join(', ')}`);
    expect(failures).toEqual([]);
    expect(imported.size).toBeGreaterThanOrEqual(PASSING);
  },
);

const nameOf = (tensor: Tensor): string => (tensor.is('input') ? tensor.attrs.name : tensor.op);
