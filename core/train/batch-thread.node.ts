// The thread that reads batches ahead of the step which takes them; see batch-loader.node.ts.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../base/thread.node.ts';
import type { BatchTerms, PanelBatch } from '../features/panel.ts';
import { PanelReader } from '../features/panel.node.ts';
import { type BatchRequest, readRequest } from './batch-request.node.ts';

export interface BatchThreadRequest {
  readonly request: BatchRequest;
  readonly terms: BatchTerms;
  /** Memory of both threads, which the arrays of the answer lie in. */
  readonly buffer: SharedArrayBuffer;
}

const { folder } = workerData as { folder: string };
let reader: PanelReader | undefined;

serveThread(({ request, terms, buffer }: BatchThreadRequest): PanelBatch => {
  reader ??= PanelReader.open(folder);
  reader.terms = terms;
  return readRequest(reader, request, buffer);
});
