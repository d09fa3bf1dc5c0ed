// Owns the calls on leakage reports: what examining a panel found, and examining it again.
import { z } from 'zod';
import { sentinelReportSchema } from '../views/sentinel.ts';
import { reference, started } from './common.ts';

export const sentinelCalls = {
  /** Every panel is examined right after it was built; null for one built before that was done. */
  'panels.sentinel': { input: z.object({ panel: reference }), output: sentinelReportSchema.nullable() },
  /** Starts the job that examines a panel again, or names the one at work on it; the report before stays until then. */
  'panels.examine': { input: z.object({ panel: reference }), output: started },
};
