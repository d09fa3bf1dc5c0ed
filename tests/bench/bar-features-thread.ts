// The thread that computes columns for bar-features-child.ts, and sums each.
import { serveColumns } from '../../core/features/column-server.node.ts';
import { countMissing } from './column-sum.ts';

serveColumns(() => countMissing);
