// Owns which engines this machine can run and which one is taken. Every engine is tried by a small session; those on native
// drivers in a process of their own, so that a driver that aborts takes nothing with it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeUrl } from '../base/code-url.ts';
import { AppError, deserializeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { ENGINES, type Engine, type EngineName } from './executor.ts';
import { type ProbeAnswer, readAnswer, trialOf } from './engine-probe.node.ts';
import { ACCELERATED, defaultThreads, openEngine } from './open-engine.node.ts';

export interface EngineProbe {
  name: EngineName;
  usable: boolean;
  /** Why it is usable, or why not and what would make it so. */
  reason: string;
  /** The driver or card that it runs on, where it tells. */
  device?: string;
  /** Whether engine=auto may take it: it works, and faster than the processor does. */
  preferable: boolean;
  /** Measured while it was tried. */
  details: {
    milliseconds: number;
    /** How many times as fast as the processor at a product of matrices, for engines on graphics cards. */
    speed?: number;
  };
  /** What an explicit request for it is refused with. */
  error?: AppError;
}

export interface ProbeOptions {
  /** After this long without an answer an engine counts as unusable. */
  timeoutMilliseconds?: number;
  /** Environment of the processes that try native drivers. */
  env?: NodeJS.ProcessEnv;
}

const TIMEOUT = 60_000;

/** Tries every engine, one after another. */
export async function probeEngines(options: ProbeOptions = {}): Promise<EngineProbe[]> {
  const probes: EngineProbe[] = [];
  for (const name of ENGINES) probes.push(await probeEngine(name, options));
  return probes;
}

export async function probeEngine(name: EngineName, options: ProbeOptions = {}): Promise<EngineProbe> {
  const start = performance.now();
  const answer = await answerOf(name, options);
  const milliseconds = Math.round(performance.now() - start);
  if ('error' in answer) {
    const error = asAppError(name, answer.error);
    return { name, usable: false, reason: bareReason(error), preferable: false, details: { milliseconds }, error };
  }
  const { device, speed } = answer;
  return {
    name,
    usable: true,
    reason: speed !== undefined && speed <= 1 ? slowReason(speed, device) : WORKS,
    device,
    preferable: speed !== undefined && speed > 1,
    details: { milliseconds, speed },
  };
}

/**
 * Why an engine is unusable, and what would make it usable: for lists of all engines, where the advice of the error's own message,
 * to take another one or to look at that list, would be out of place.
 */
export function bareReason({ code, params, message }: AppError): string {
  const driver = 'Update the driver of the graphics card.';
  switch (code) {
    case 'resource/engine-unusable': {
      const reason = String(params.reason);
      return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? '' : '.'}`;
    }
    case 'resource/engine-not-installed':
      return `Not installed. Run "${params.command}" on this machine.`;
    case 'resource/engine-other-platform':
      return `Does not exist for ${params.platform}.`;
    case 'resource/engine-crashed':
      return `Crashed when it was tried (${params.end}). ${driver}`;
    case 'resource/engine-silent':
      return `Did not answer within ${params.seconds} s when it was tried. ${driver}`;
    case 'resource/engine-wrong':
      return `Computed ${params.found} where the reference says ${params.expected}. ${driver}`;
    default:
      return message;
  }
}

const WORKS = 'Works: a training step agrees with the reference.';
const slowReason = (speed: number, device = ''): string =>
  `Works, but ${(1 / speed).toFixed(speed < 0.1 ? 0 : 1)} times as slow as the processor` +
  `${device.includes('software') ? ', since its driver is a software one' : ''}. engine=auto leaves it aside.`;

/** Without a process where the package or platform already says no; in one of its own where native drivers load. */
async function answerOf(name: EngineName, options: ProbeOptions): Promise<ProbeAnswer> {
  const missing = missingPart(name);
  if (missing) return { error: missing };
  return name === 'onnx-cpu' ? trialOf(name) : answerOfProcess(name, options);
}

function missingPart(name: EngineName): AppError | undefined {
  const provider = { 'onnx-webgpu': 'webgpu', 'onnx-cuda': 'cuda', 'onnx-dml': 'dml' }[name as string];
  if (provider !== undefined) {
    const found = supportedProviders().find((backend) => backend.name === provider);
    if (!found)
      return new AppError('resource/engine-other-platform', { engine: name, platform: `${platform()} ${arch()}` });
    if (name === 'onnx-cuda' && !found.bundled && !existsSync(cudaProvider()))
      return new AppError('resource/engine-not-installed', { engine: name, command: 'npm run gpu:cuda' });
  }
  if (name === 'tfjs-node-gpu' && !isInstalled('@tensorflow/tfjs-node-gpu'))
    return new AppError('resource/engine-not-installed', { engine: name, command: 'npm run gpu:tfjs' });
  return undefined;
}

const require = createRequire(import.meta.url);

function isInstalled(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function supportedProviders(): readonly { name: string; bundled: boolean }[] {
  const { listSupportedBackends } = require('onnxruntime-node') as typeof import('onnxruntime-node');
  return listSupportedBackends();
}

/** Where the CUDA provider lies once `npm run gpu:cuda` has fetched it. */
export function cudaProvider(): string {
  const folder = dirname(require.resolve('onnxruntime-node/package.json'));
  return join(folder, 'bin', 'napi-v6', platform(), arch(), 'libonnxruntime_providers_cuda.so');
}

function answerOfProcess(name: EngineName, { timeoutMilliseconds = TIMEOUT, env }: ProbeOptions): Promise<ProbeAnswer> {
  const entry = fileURLToPath(codeUrl('./engine-probe.node', import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [entry, name],
      {
        timeout: timeoutMilliseconds,
        killSignal: 'SIGKILL',
        // In the desktop, execPath is Electron, which this makes behave as node.
        env: { ...process.env, ...env, ELECTRON_RUN_AS_NODE: '1' },
      },
      (failure, stdout) => {
        const answer = readAnswer(stdout);
        if (answer) resolve(answer);
        else if (failure?.killed)
          resolve({
            error: new AppError('resource/engine-silent', { engine: name, seconds: timeoutMilliseconds / 1000 }),
          });
        else {
          const end = failure?.signal ?? `exit code ${failure?.code ?? 0}`;
          resolve({ error: new AppError('resource/engine-crashed', { engine: name, end }) });
        }
      },
    );
  });
}

function asAppError(engine: EngineName, error: unknown): AppError {
  const met = error instanceof Error ? error : deserializeError(error as never);
  if (met instanceof AppError) return met;
  const reason = met.message
    .replace(/^.*(?:was false\.|failed\.) /s, '')
    .split('\n')[0]
    .trim()
    .replace(/\.$/, '');
  return new AppError('resource/engine-unusable', { engine, reason }, met);
}

/**
 * The engine to run on. `auto` takes the first accelerated one that works and beats the processor, else the processor, and
 * says so in one line.
 * @throws resource/engine-* when an engine was asked for by name and cannot be used
 */
export async function chooseEngine(
  requested: EngineName | 'auto',
  log: Log,
  { threads = 0, ...options }: ProbeOptions & { threads?: number } = {},
): Promise<Engine> {
  const count = threads > 0 ? threads : defaultThreads();
  if (requested !== 'auto') {
    const probe = requested === 'onnx-cpu' ? undefined : await probeEngine(requested, options);
    if (probe?.error) throw probe.error;
    if (probe?.details.speed !== undefined && !probe.preferable) log('warn', `${requested}: ${probe.reason}`);
    return openEngine(requested, count);
  }
  const refusals: string[] = [];
  for (const name of ACCELERATED) {
    const probe = await probeEngine(name, options);
    if (probe.preferable) {
      log('info', `engine=auto: ${name}${probe.device ? ` on ${probe.device}` : ''}.`);
      return openEngine(name, count);
    }
    if (probe.error?.code !== 'resource/engine-other-platform') refusals.push(`${name}: ${shortReason(probe)}`);
  }
  const threadCount = `${count} ${count === 1 ? 'thread' : 'threads'}`;
  log('info', `engine=auto: onnx-cpu with ${threadCount}, since no graphics card serves (${refusals.join('; ')}).`);
  return openEngine('onnx-cpu', count);
}

function shortReason({ error, reason }: EngineProbe): string {
  if (!error) return 'slower than the processor';
  if (error.code === 'resource/engine-not-installed') return `not installed, see ${error.params.command}`;
  return String(error.params.reason ?? reason);
}
