// Owns the list of named models: what a config's model.name may be.
import { AppError } from '../base/errors.ts';
import type { Scope } from '../nn/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { atftGatFan, type ModelConfig, type ModelInputs, type ModelShape } from './atft-gat-fan.ts';

export type Model = (scope: Scope, inputs: ModelInputs, config: ModelConfig, shape: ModelShape) => Tensor;

const models: Readonly<Record<string, Model>> = { atft_gat_fan: atftGatFan };

/** @throws model/unknown-model */
export function modelNamed(name: string): Model {
  const model = models[name];
  if (!model) throw new AppError('model/unknown-model', { name, known: Object.keys(models).join(', ') });
  return model;
}
