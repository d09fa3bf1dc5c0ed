// Owns what the page on which a run is planned reads first: what can be chosen, and the plan of what is chosen.
import type { DatasetView } from '../../../core/contract/views.ts';
import { type Fetch, reading } from '../../lib/reading.ts';
import { CHECKPOINTS, DATASETS, FEATURE_SETS } from '../../lib/readings.ts';
import { planInput, withKnownDataset } from './draft.ts';
import { useDraft } from './use-draft.ts';

/** Of which those that train now are named. */
export const NEWEST_RUNS = reading('runs.list', { limit: 50 }, ['runs']);
export const PLAN_TOPICS = ['datasets', 'runs'];

export const trainable = (datasets: readonly DatasetView[]): DatasetView[] =>
  datasets.filter(({ versions }) => versions.length > 0);
export const namesOf = (datasets: readonly DatasetView[]): string[] => datasets.map(({ dataset }) => dataset.name);

export async function fetchPlanAhead(fetch: Fetch): Promise<void> {
  const others = [fetch(NEWEST_RUNS), fetch(FEATURE_SETS), fetch(CHECKPOINTS)];
  const names = namesOf(trainable(await fetch(DATASETS)));
  const input = planInput(withKnownDataset(useDraft().draft.value, names));
  if (input) await fetch(reading('training.plan', input, PLAN_TOPICS));
  await Promise.all(others);
}
