// Owns what the page of runs reads first.
import { reading } from '../../lib/reading.ts';

export const RUNS = reading('runs.list', { limit: 10_000 }, ['runs', 'phaseRuns', 'evaluations', 'datasets']);
