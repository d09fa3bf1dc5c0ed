// Owns the names of datasets and runs as the calls check them; the rules stand in name-rules.ts.
import { z } from 'zod';
import { DEVICE_NAME, LONGEST_NAME, MOST_NAME_BYTES, NAME_PATTERN, nameBytes } from './name-rules.ts';

export const nameSchema = z
  .string()
  .max(LONGEST_NAME, `a name has at most ${LONGEST_NAME} characters`)
  .regex(NAME_PATTERN, 'letters, digits, dots, dashes and underscores only')
  .refine((name) => nameBytes(name) <= MOST_NAME_BYTES, `a name has at most ${MOST_NAME_BYTES} bytes`)
  .refine((name) => !DEVICE_NAME.test(name), 'Windows keeps this name for a device; choose another');
