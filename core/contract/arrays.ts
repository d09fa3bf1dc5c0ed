// Owns how numeric columns cross the contract: typed arrays as they are, NaN where a value is missing. Checked by kind alone, since
// a parser that visits a million numbers costs more than everything else about the call.
import { z } from 'zod';

/** Whatever buffer lies under them. */
export const float64s: z.ZodType<Float64Array, Float64Array> = z.instanceof(Float64Array);
export const float32s: z.ZodType<Float32Array, Float32Array> = z.instanceof(Float32Array);
export const int32s: z.ZodType<Int32Array, Int32Array> = z.instanceof(Int32Array);
export const uint8s: z.ZodType<Uint8Array, Uint8Array> = z.instanceof(Uint8Array);
