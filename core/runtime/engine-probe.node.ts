// Owns trying one engine, in this process or, run as a program with the engine's name, in one of its own that answers in one
// line of its output.
import { isMainThread } from 'node:worker_threads';
import { type SerializedError, serializeError } from '../base/errors.ts';
import { speedAgainst, tryStep } from './engine-trial.ts';
import type { EngineName } from './executor.ts';
import { ACCELERATED, defaultThreads, openEngine } from './open-engine.node.ts';

export type ProbeAnswer =
  | { error: Error | SerializedError }
  /** `speed`: how many times as fast as the processor, for engines on graphics cards. */
  | { device?: string; speed?: number };

const MARK = 'phasor-engine-probe:';

/** Never throws: what went wrong is the answer. */
export async function trialOf(name: EngineName): Promise<ProbeAnswer> {
  try {
    const engine = await openEngine(name, 1);
    await tryStep(engine);
    if (!ACCELERATED.includes(name)) return {};
    const speed = await speedAgainst(await openEngine('onnx-cpu', defaultThreads()), engine);
    return { device: deviceOf(name), speed };
  } catch (error) {
    return { error: serializeError(error) };
  }
}

/** The answer in what a probing process wrote, among whatever a driver may print. */
export function readAnswer(output: string): ProbeAnswer | undefined {
  const line = output.split('\n').findLast((text) => text.startsWith(MARK));
  return line === undefined ? undefined : (JSON.parse(line.slice(MARK.length)) as ProbeAnswer);
}

/** Graphics drivers by the libraries they load; hardware first, since loaders also load the software ones beside it. */
const DRIVERS: readonly [RegExp, string][] = [
  [/libGLX_nvidia|libnvidia-|nvwgf2um|nvoglv/i, 'NVIDIA'],
  [/vulkan_radeon|amdvlk|amdxc\d+|atidxx/i, 'AMD'],
  [/vulkan_intel|igd\d+um|igc64/i, 'Intel'],
  [/Metal\.framework/, 'Apple Metal'],
  [/swiftshader/i, 'SwiftShader (software)'],
  [/vulkan_lvp/i, 'llvmpipe (software)'],
  [/d3d10warp/i, 'WARP (software)'],
];

function deviceOf(name: EngineName): string | undefined {
  if (name === 'onnx-cuda' || name === 'tfjs-node-gpu') return 'NVIDIA';
  // Without it the report looks up the names of open connections.
  Object.assign(process.report, { excludeNetwork: true });
  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  return DRIVERS.find(([pattern]) => sharedObjects.some((path) => pattern.test(path)))?.[1];
}

if (isMainThread && process.argv[1] === import.meta.filename) {
  const answer = await trialOf(process.argv[2] as EngineName);
  process.stdout.write(`\n${MARK}${JSON.stringify(answer)}\n`, () => process.exit(0));
}
