// Owns where things stand inside a workspace folder, relative to it, always with forward slashes.

/** Characters of a file's name: with four bytes each, and what atomic writing appends, still below the 255 bytes of file systems. */
const LONGEST = 40;

/** What of any text can stand in a file's name: no separators, no leading dot, short. May be empty. */
function fileNamePart(text: string): string {
  const plain = text.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '');
  return Array.from(plain).slice(0, LONGEST).join('');
}

export const workspacePaths = {
  /** @param dataset a name that nameSchema let pass */
  datasetVersion: (dataset: string, version: number) => `datasets/${dataset}/v${version}`,
  /** An import in progress; renamed to its version when it is complete. */
  incomingDataset: (jobKey: string) => `datasets/.incoming-${jobKey}`,
  panel: (key: string) => `panels/${key}`,
  graphCache: 'cache/graphs',
  run: (runId: string) => `runs/${runId}`,
  checkpoint: (id: string) => `checkpoints/${id}`,
  evaluation: (id: string) => `evaluations/${id}`,
  backtest: (id: string) => `backtests/${id}`,
  /** Readable by its subject, whatever that is called; told apart, and kept inside, by the checkpoint's id. */
  report: (subject: string, checkpointId: string) =>
    `reports/${fileNamePart(subject)}-${checkpointId.slice(-6).toLowerCase()}.html`,
  downloads: 'downloads',
  /** Parts as a source sent them, shared by the datasets that are made of them. */
  downloadedParts: (source: string) => `downloads/${source}/parts`,
  /** What a dataset was made of: bars and tables as its import read them. @param dataset a name that nameSchema let pass */
  downloadedFiles: (source: string, dataset: string) => `downloads/${source}/files/${dataset}`,
  /** How a dataset was fetched last, and what the source's key was found to entitle to. */
  fetchRecord: (source: string, dataset: string) => `downloads/${source}/fetched/${dataset}.json`,
  entitlement: (source: string) => `downloads/${source}/entitlement.json`,
  synthetic: 'synthetic',
  /** A folder an upload, each holding one file. */
  uploads: 'uploads',
  /** In the folder of an upload, as long as it is not complete. */
  incomingUpload: '.incoming',
  /** What was written for taking away. */
  exports: 'exports',
  /** A checkpoint packed, told apart by its id. */
  packedCheckpoint: (subject: string, checkpointId: string) =>
    `exports/${fileNamePart(subject)}-${checkpointId.slice(-6).toLowerCase()}.zip`,
  reports: 'reports',
  logs: 'logs',
} as const;
