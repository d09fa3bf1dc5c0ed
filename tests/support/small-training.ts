// Owns a small regression that any engine can train: two layers, AdamW, another number of rows in every step.
import { Random } from '../../core/base/random.ts';
import { ADAMW_DEFAULTS, adamW, corrections, optimiserInputs } from '../../core/nn/optimiser.ts';
import { type Engine, type Executable, floats, type HostTensor, scalar } from '../../core/runtime/executor.ts';
import { gradients } from '../../core/tensor/gradients.ts';
import { Graph, type Tensor } from '../../core/tensor/tensor.ts';

const [INPUTS, HIDDEN] = [4, 8];
export const WEIGHTS = INPUTS * HIDDEN + HIDDEN + HIDDEN + 1;

/** loss and the replaced weights and moments; inputs x [N, 4] and y [N, 1] beside the optimiser's. */
function trainingStep(): Record<string, Tensor> {
  const g = new Graph();
  const optimiser = optimiserInputs(g, WEIGHTS);
  const [x, y] = [g.input('x', ['N', INPUTS]), g.input('y', ['N', 1])];
  const [w1, b1, w2, b2] = optimiser.weights.split(0, [INPUTS * HIDDEN, HIDDEN, HIDDEN, 1]);
  const hidden = x
    .matmul(w1.reshape([INPUTS, HIDDEN]))
    .add(b1)
    .tanh();
  const loss = hidden
    .matmul(w2.reshape([HIDDEN, 1]))
    .add(b2)
    .sub(y)
    .square()
    .mean();
  const [gradient] = gradients(loss, [{ name: 'weights', tensor: optimiser.weights }]);
  const next = adamW(optimiser, gradient, ADAMW_DEFAULTS);
  return {
    loss,
    next_weights: next.weights,
    next_first_moment: next.firstMoment,
    next_second_moment: next.secondMoment,
  };
}

export interface SmallTraining {
  executable: Executable;
  /** Runs one step, without accepting it. @returns the loss */
  step(index: number): Promise<number>;
}

export async function startSmallTraining(engine: Engine): Promise<SmallTraining> {
  const executable = await engine.compile(trainingStep(), {
    name: 'small-training',
    state: [
      ...['weights', 'first_moment', 'second_moment'].map((input) => ({ input, next: `next_${input}` })),
      { input: 'decay_mask' },
    ],
  });
  const random = new Random(3);
  await executable.setState('weights', floats(Float32Array.from({ length: WEIGHTS }, () => random.normal() * 0.5)));
  for (const name of ['first_moment', 'second_moment'])
    await executable.setState(name, floats(new Float32Array(WEIGHTS)));
  await executable.setState('decay_mask', floats(new Float32Array(WEIGHTS).fill(1)));
  return {
    executable,
    async step(index) {
      const { loss } = await executable.run(feedsOf(index));
      return Number(loss.data[0]);
    },
  };
}

function feedsOf(step: number): Record<string, HostTensor> {
  const random = new Random(11, step);
  const rows = 5 + (step % 3);
  const x = Float32Array.from({ length: rows * INPUTS }, () => random.normal());
  const y = Float32Array.from({ length: rows }, (_, i) => Math.sin(x[i * INPUTS]) + x[i * INPUTS + 1]);
  const [correction1, correction2] = corrections(step + 1, ADAMW_DEFAULTS);
  return {
    x: floats(x, [rows, INPUTS]),
    y: floats(y, [rows, 1]),
    learning_rate: scalar(0.02),
    correction_1: scalar(correction1),
    correction_2: scalar(correction2),
  };
}

/** @returns losses of every step and the weights after the last */
export async function trainSmall(engine: Engine, steps: number): Promise<{ losses: number[]; weights: Float32Array }> {
  const { executable, step } = await startSmallTraining(engine);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    losses.push(await step(i));
    executable.accept();
  }
  const { data } = await executable.getState('weights');
  await executable.dispose();
  return { losses, weights: data as Float32Array };
}
