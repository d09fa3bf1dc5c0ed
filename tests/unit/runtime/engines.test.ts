import { expect, test } from 'vitest';
import { AppError } from '../../../core/base/errors.ts';
import { tryStep } from '../../../core/runtime/engine-trial.ts';
import { bareReason, chooseEngine, probeEngine, probeEngines } from '../../../core/runtime/engines.node.ts';
import { ENGINES, type Engine, scalar } from '../../../core/runtime/executor.ts';
import { onnxCpuEngine } from '../../../core/runtime/onnx-session.node.ts';

test('every engine is tried, and says why it is usable or not', async () => {
  const probes = await probeEngines();
  expect(probes.map(({ name }) => name)).toEqual([...ENGINES]);
  for (const { name, usable, reason, error, preferable } of probes) {
    expect(reason.length, name).toBeGreaterThan(20);
    if (!usable) expect(reason, name).not.toMatch(/engine=auto|phasor doctor|^The engine/); // it stands in doctor's own list
    expect(usable, name).toBe(error === undefined);
    if (error)
      expect(error, name).toMatchObject({
        code: expect.stringMatching(/^resource\/engine-/),
        params: { engine: name },
      });
    if (!usable) expect(preferable, name).toBe(false);
  }
  const usable = probes.filter((probe) => probe.usable).map(({ name }) => name);
  expect(usable).toEqual(expect.arrayContaining(['onnx-cpu', 'tfjs-wasm', 'tfjs-cpu']));
});

test('in a list of engines each has its bare reason', () => {
  const engine = 'onnx-cuda';
  const unusable = (reason: string) => bareReason(new AppError('resource/engine-unusable', { engine, reason }));
  expect(unusable('no driver was found')).toBe('No driver was found.');
  expect(unusable('Is it on?')).toBe('Is it on?');
  const others = [
    new AppError('resource/engine-not-installed', { engine, command: 'npm run gpu:cuda' }),
    new AppError('resource/engine-other-platform', { engine, platform: 'linux x64' }),
    new AppError('resource/engine-crashed', { engine, end: 'SIGABRT' }),
    new AppError('resource/engine-silent', { engine, seconds: 60 }),
    new AppError('resource/engine-wrong', { engine, found: 1, expected: 2 }),
  ];
  for (const reason of others.map(bareReason)) expect(reason).not.toMatch(/engine=auto|The engine|onnx-cuda|undefined/);
});

test('a driver that aborts takes its own process down, not this one', async () => {
  const env = { NODE_OPTIONS: '--import=data:text/javascript,process.abort()' };
  const probe = await probeEngine('tfjs-wasm', { env });
  expect(probe).toMatchObject({
    usable: false,
    error: { code: 'resource/engine-crashed', params: { end: 'SIGABRT' } },
  });
});

test('a driver that never answers is given up', async () => {
  const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0)';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(wait)}` };
  const probe = await probeEngine('tfjs-wasm', { env, timeoutMilliseconds: 300 });
  expect(probe).toMatchObject({ usable: false, error: { code: 'resource/engine-silent', params: { seconds: 0.3 } } });
});

test('an engine that computes something else fails its trial', async () => {
  const honest = onnxCpuEngine({ threads: 1 });
  const faulty: Engine = {
    ...honest,
    async compile(outputs, options) {
      const executable = await honest.compile(outputs, options);
      executable.run = async () => ({ loss: scalar(0.5) });
      return executable;
    },
  };
  await expect(tryStep(honest)).resolves.toBeUndefined();
  await expect(tryStep(faulty)).rejects.toMatchObject({
    code: 'resource/engine-wrong',
    params: { engine: 'onnx-cpu', found: 0.5 },
  });
});

test('auto tells in one line what it took and why', async () => {
  const lines: string[] = [];
  const engine = await chooseEngine('auto', (_, message) => lines.push(message), { threads: 2 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`engine=auto: ${engine.name}`);
  if (engine.name === 'onnx-cpu') expect(lines[0]).toMatch(/with 2 threads, since .*onnx-webgpu: /);
});

test('an engine asked for by name is taken, or refused with the reason', async () => {
  const lines: string[] = [];
  const log = (_: string, message: string) => void lines.push(message);
  expect((await chooseEngine('onnx-cpu', log)).name).toBe('onnx-cpu');
  expect((await chooseEngine('tfjs-cpu', log)).name).toBe('tfjs-cpu');
  expect(lines).toEqual([]);
  const foreign = process.platform === 'win32' ? 'onnx-cuda' : 'onnx-dml';
  await expect(chooseEngine(foreign, log)).rejects.toMatchObject({
    code: 'resource/engine-other-platform',
    params: { engine: foreign },
  });
});

test.skipIf(!process.env.PHASOR_WEBGPU)(
  'a software adapter works but is left aside by auto (needs PHASOR_WEBGPU)',
  async () => {
    const probe = await probeEngine('onnx-webgpu');
    expect(probe.usable).toBe(true);
    expect(probe.preferable).toBe(!probe.device?.includes('software'));
  },
);
