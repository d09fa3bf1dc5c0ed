// Owns what the models of a config's model.name are.
import type { ModelName } from '../config/schema.ts';
import type { Scope } from '../nn/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { atftGatFan, type ModelConfig, type ModelInputs, type ModelShape } from './atft-gat-fan.ts';

export type Model = (scope: Scope, inputs: ModelInputs, config: ModelConfig, shape: ModelShape) => Tensor;

export const models: Readonly<Record<ModelName, Model>> = { atft_gat_fan: atftGatFan };
