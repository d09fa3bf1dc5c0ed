// Owns fitting a scaler as a run would, to see over which days that is done; a panel too large for it is left to its runs.
import { AppError } from '../../base/errors.ts';
import type { Config } from '../../config/schema.ts';
import type { PanelReader } from '../../features/panel.node.ts';
import { fitScaling } from '../../train/scaling.node.ts';
import type { FittedOver } from './scopes.ts';

/** Of training days, which are read several times. */
const MOST_BYTES = 1e9;

/** @returns undefined where it was not fitted: too much to read, or too little to fit by, which a run says itself */
export function scalerFitter(config: Pick<Config, 'features'>, onDay?: (done: number, total: number) => void) {
  return (reader: PanelReader, train: Int32Array): FittedOver | undefined => {
    const rows = train.reduce((sum, day) => sum + reader.dayOffsets[day + 1] - reader.dayOffsets[day], 0);
    if (rows * reader.manifest.features.length * Float32Array.BYTES_PER_ELEMENT > MOST_BYTES) return undefined;
    try {
      return fitScaling(reader, train, config, onDay);
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  };
}
