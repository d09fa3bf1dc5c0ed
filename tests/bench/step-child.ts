// One measurement of the training step in a process of its own: 4 steps to warm up, then steps for some seconds, as its peer does.
// Usage: node tests/bench/step-child.ts STOCKS HIDDEN THREADS [SECONDS]
import { Random } from '../../core/base/random.ts';
import { ADAMW_DEFAULTS, corrections } from '../../core/nn/optimiser.ts';
import { floats, indices, scalar } from '../../core/runtime/executor.ts';
import { onnxCpuEngine } from '../../core/runtime/onnx-session.node.ts';
import { median, peakKib, report } from './measure.ts';
import { buildStep, DAYS, FEATURES, NEIGHBOURS } from './step-model.ts';

const WARM_UP = 4;
const MOST_STEPS = 200;
const HORIZONS = 5;

const [stocks, hidden, threads, seconds = 8] = process.argv.slice(2).map(Number);
const started = performance.now();
const { outputs, layout } = buildStep(hidden);
const built = performance.now();
const executable = await onnxCpuEngine({ threads }).compile(outputs, {
  name: 'step',
  state: [
    { input: 'weights', next: 'weights_next' },
    { input: 'first_moment', next: 'first_moment_next' },
    { input: 'second_moment', next: 'second_moment_next' },
    { input: 'decay_mask' },
  ],
});
const compiled = performance.now();
await executable.setState('weights', floats(layout.initialise(7)));
for (const moment of ['first_moment', 'second_moment'])
  await executable.setState(moment, floats(new Float32Array(layout.size)));
await executable.setState('decay_mask', floats(layout.decayMask()));

const random = new Random(7);
const x = Float32Array.from({ length: DAYS * stocks * FEATURES }, () => random.normal());
const neighbours = new Int32Array(stocks * NEIGHBOURS);
for (let stock = 0; stock < stocks; stock++) {
  const others = random.shuffle(Int32Array.from({ length: stocks }, (_, i) => i));
  neighbours.set(others.subarray(0, NEIGHBOURS), stock * NEIGHBOURS);
}
const lastDay = x.subarray((DAYS - 1) * stocks * FEATURES);
const y = Float32Array.from(
  { length: stocks * HORIZONS },
  (_, i) => 0.5 * lastDay[Math.floor(i / HORIZONS) * FEATURES + (i % HORIZONS)] + 0.5 * random.normal(),
);
const feeds = {
  x: floats(x, [DAYS, stocks, FEATURES]),
  neighbours: indices(neighbours, [stocks, NEIGHBOURS]),
  y: floats(y, [stocks, HORIZONS]),
  learning_rate: scalar(1e-3),
};

const times: number[] = [];
const losses: number[] = [];
const end = performance.now() + seconds * 1000;
for (let step = 1; step <= WARM_UP + 1 || (performance.now() < end && step <= WARM_UP + MOST_STEPS); step++) {
  const [first, second] = corrections(step, ADAMW_DEFAULTS);
  const from = performance.now();
  const { loss } = await executable.run({ ...feeds, correction_1: scalar(first), correction_2: scalar(second) });
  executable.accept();
  times.push(performance.now() - from);
  losses.push(Number(loss.data[0]));
}
const measured = times.slice(WARM_UP).sort((a, b) => a - b);
report({
  params: layout.size,
  steps: measured.length,
  median_ms: median(measured),
  p10_ms: measured[Math.floor(measured.length / 10)],
  first: losses[0],
  loss: losses.at(-1)!,
  build_ms: built - started,
  session_ms: compiled - built,
  peak_kib: peakKib(),
});
