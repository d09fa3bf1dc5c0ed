// Owns what the interface sees of the stock graph.
import { z } from 'zod';
import { float32s, float64s, int32s } from '../arrays.ts';

export const graphTimelineSchema = z.object({
  k: z.number().int(),
  lookback: z.number().int(),
  threshold: z.number(),
  /** Days of the snapshots, ascending; one entry of each column for each. */
  days: z.array(z.iso.date()),
  /** Neighbours per stock; a snapshot's stocks are those with a bar on its day, or with a neighbour. */
  averageDegree: float64s,
  /** Stocks without a neighbour: too few returns yet, or nobody alike enough. */
  isolated: int32s,
  /** Mean absolute correlation of the edges; NaN without edges. */
  meanCorrelation: float64s,
});
export type GraphTimeline = z.infer<typeof graphTimelineSchema>;

export const graphSnapshotSchema = z.object({
  /** Day of the snapshot, and the first and last day of the returns that its edges are correlations of: never after the snapshot. */
  day: z.iso.date(),
  windowFirst: z.iso.date(),
  windowLast: z.iso.date(),
  codes: z.array(z.string()),
  sectors: z.array(z.string().nullable()),
  /** Edges out of each stock. */
  degree: int32s,
  /** One entry an edge: indexes into codes, and the signed correlation. */
  source: int32s,
  target: int32s,
  correlation: float32s,
});
export type GraphSnapshot = z.infer<typeof graphSnapshotSchema>;
