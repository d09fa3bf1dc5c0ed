// Owns the list of all pages, for what is done to every one of them.
import type { Client } from '../../../core/contract/api.ts';

export interface PageAddress {
  /** Fit for a file's name. */
  readonly name: string;
  readonly path: string;
}

const FIXED: readonly PageAddress[] = [
  { name: 'overview', path: '/' },
  { name: 'datasets', path: '/datasets' },
  { name: 'import', path: '/import' },
  { name: 'fetch', path: '/fetch?source=jquants' },
  { name: 'fetch-crypto', path: '/fetch?source=crypto' },
  { name: 'features', path: '/features' },
  { name: 'graph', path: '/graph' },
  { name: 'train', path: '/train' },
  { name: 'runs', path: '/runs' },
  { name: 'compare', path: '/compare' },
  { name: 'backtests', path: '/backtests' },
  { name: 'jobs', path: '/jobs' },
  { name: 'settings', path: '/settings' },
  { name: 'not-found', path: '/nowhere' },
];

/** Every page with what the workspace has to show on it; an empty one has the fixed pages alone. */
export async function allPages(client: Client): Promise<PageAddress[]> {
  const [datasets, runs, backtests] = await Promise.all([
    client.call('datasets.list', {}),
    client.call('runs.list', {}),
    client.call('backtests.list', {}),
  ]);
  if (runs.length === 0) return [...FIXED];
  const checkpoints = runs.flatMap(({ test }) => (test ? [test.checkpointId] : []));
  const [run] = runs;
  const dataset = encodeURIComponent(datasets[0].dataset.name);
  return [
    ...FIXED,
    { name: 'dataset', path: `/datasets/${dataset}` },
    { name: 'dataset-coverage', path: `/datasets/${dataset}?tab=coverage` },
    { name: 'dataset-stock', path: `/datasets/${dataset}?tab=stock` },
    { name: 'dataset-universe', path: `/datasets/${dataset}?tab=universe` },
    { name: 'dataset-fetched', path: '/datasets/tokyo' },
    { name: 'dataset-actions', path: '/datasets/tokyo?tab=stock&code=13010' },
    { name: 'feature', path: '/features?feature=rsi_14' },
    { name: 'run', path: `/runs/${run.id}` },
    { name: 'run-curves', path: `/runs/${run.id}?tab=curves` },
    { name: 'run-settings', path: `/runs/${run.id}?tab=settings` },
    { name: 'run-log', path: `/runs/${run.id}?tab=log` },
    { name: 'checkpoint', path: `/checkpoints/${checkpoints[0]}` },
    { name: 'comparison', path: `/compare?${checkpoints.map((id) => `c=${id}`).join('&')}` },
    { name: 'backtest', path: `/backtests/${backtests[0].id}` },
    { name: 'backtest-day', path: `/backtests/${backtests[0].id}?tab=day` },
    { name: 'backtest-scenario', path: `/backtests/${backtests[0].id}?tab=scenario` },
    { name: 'backtest-setup', path: `/backtests?checkpoint=${checkpoints[0]}` },
  ];
}
