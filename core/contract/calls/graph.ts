// Owns the calls on a panel's stock graph: which snapshots there are, and one of them.
import { z } from 'zod';
import { graphSnapshotSchema, graphTimelineSchema } from '../views/graph.ts';
import { reference } from './common.ts';

export const graphCalls = {
  'graph.timeline': { input: z.object({ panel: reference }), output: graphTimelineSchema },
  /** The snapshot that serves `day`: the last one taken at or before its close. */
  'graph.snapshot': { input: z.object({ panel: reference, day: z.iso.date() }), output: graphSnapshotSchema },
};
