// Owns where things stand inside a workspace folder, relative to it, always with forward slashes.
export const workspacePaths = {
  datasetVersion: (dataset: string, version: number) => `datasets/${dataset}/v${version}`,
  /** An import in progress; renamed to its version when it is complete. */
  incomingDataset: (jobKey: string) => `datasets/.incoming-${jobKey}`,
  panel: (key: string) => `panels/${key}`,
  graphCache: 'cache/graphs',
  run: (runId: string) => `runs/${runId}`,
  checkpoint: (id: string) => `checkpoints/${id}`,
  evaluation: (id: string) => `evaluations/${id}`,
  backtest: (id: string) => `backtests/${id}`,
  report: (name: string) => `reports/${name}.html`,
  synthetic: 'synthetic',
  logs: 'logs',
} as const;
