// Owns what the page of backtests reads first.
import { reading } from '../../lib/reading.ts';

export const BACKTESTS = reading('backtests.list', {}, ['backtests', 'runs', 'datasets']);
export const REPORTS = reading('reports.list', {}, ['jobs', 'backtests']);
