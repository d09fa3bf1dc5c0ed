// Owns how numeric columns cross the contract: typed arrays as they are, NaN where a value is missing. Checked by kind alone, since
// a parser that visits a million numbers costs more than everything else about the call.
import { z } from 'zod';

export const float64s = z.instanceof(Float64Array);
export const float32s = z.instanceof(Float32Array);
export const int32s = z.instanceof(Int32Array);
export const uint8s = z.instanceof(Uint8Array);
