// Owns which runs a filter lets through, and what there is to choose from.
import type { RunStatus } from '../../../core/contract/entities.ts';
import type { RunListing } from '../../../core/contract/views.ts';

export interface RunFilter {
  /** Every word must occur in name, id, tags, notes, dataset, mode or engine. */
  text: string;
  statuses: readonly RunStatus[];
  datasets: readonly string[];
  tags: readonly string[];
  starred: boolean;
}

export const NO_FILTER: RunFilter = { text: '', statuses: [], datasets: [], tags: [], starred: false };

type Filtered = Pick<RunListing, 'id' | 'name' | 'status' | 'dataset' | 'tags' | 'notes' | 'star' | 'mode' | 'engine'>;

export function filterRuns<Row extends Filtered>(runs: readonly Row[], filter: RunFilter): Row[] {
  const words = filter.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    if (filter.starred && !run.star) return false;
    if (filter.statuses.length > 0 && !filter.statuses.includes(run.status)) return false;
    if (filter.datasets.length > 0 && !filter.datasets.includes(run.dataset)) return false;
    if (!filter.tags.every((tag) => run.tags.includes(tag))) return false;
    if (words.length === 0) return true;
    const text = [run.name, run.id, run.dataset, run.mode, run.engine, run.notes, ...run.tags]
      .join(' ')
      .toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export const isFiltering = (filter: RunFilter): boolean =>
  filter.text.trim() !== '' ||
  filter.starred ||
  filter.statuses.length + filter.datasets.length + filter.tags.length > 0;

/** Each once, in alphabetical order. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort((a, b) => a.localeCompare(b));
}
