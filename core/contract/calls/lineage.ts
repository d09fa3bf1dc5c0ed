// Owns the calls on the feature store: the latest rows for inference, and from a prediction back to the rows that it was made of.
import { z } from 'zod';
import { latestRowsSchema, lineageTraceSchema, panelRecordSchema, traceableSchema } from '../views/lineage.ts';
import { MOST, reference, whole } from './common.ts';

export const lineageCalls = {
  /**
   * The cross-section of a panel's last day, or each stock's latest row where that is at most `maxAge` trading days older. With a
   * checkpoint: its features in its order, scaled by its statistics.
   * @throws state/not-found, data/panel-lacks-features, data/code-not-in-panel
   */
  'features.latest': {
    input: z.object({
      panel: reference,
      checkpoint: reference.optional(),
      codes: z.array(z.string()).optional(),
      maxAge: whole(0, MOST).default(0),
    }),
    output: latestRowsSchema,
  },
  /** Versions of a panel and of its features, and what it was built from. */
  'panels.record': { input: z.object({ panel: reference }), output: panelRecordSchema },
  /** What lineage.trace can be asked of a run or checkpoint: the codes and days of the panel that it was trained on. */
  'lineage.traceable': { input: z.object({ of: reference }), output: traceableSchema },
  /**
   * Prediction, checkpoint, panel row, features with the bars and rows of tables that they look at, dataset version, source file.
   * @param of a checkpoint; a run stands for the best of its last phase, in a walk forward for the fold that was tested on that day
   * @throws state/not-found, state/gone, data/code-not-in-panel, data/no-such-row, data/unknown-feature
   */
  'lineage.trace': {
    input: z.object({ of: reference, code: z.string(), day: z.iso.date(), features: z.array(z.string()).optional() }),
    output: lineageTraceSchema,
  },
};
