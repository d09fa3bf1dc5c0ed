// Owns which names datasets and runs may have: they are typed after options and become names of folders and files.
import { z } from 'zod';

const LONGEST = 100;
/** Most file systems take 255 bytes a name; the rest is for what is put after it. */
const MOST_BYTES = 200;
/** Names that Windows keeps for devices, whatever follows after a dot. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

export const nameSchema = z
  .string()
  .max(LONGEST, `a name has at most ${LONGEST} characters`)
  .regex(/^[\p{L}\p{N}]([\p{L}\p{N}._-]*[\p{L}\p{N}_-])?$/u, 'letters, digits, dots, dashes and underscores only')
  .refine((name) => new TextEncoder().encode(name).length <= MOST_BYTES, `a name has at most ${MOST_BYTES} bytes`)
  .refine((name) => !DEVICE.test(name), 'Windows keeps this name for a device; choose another');
