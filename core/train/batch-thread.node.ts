// The thread that reads batches ahead of the step which takes them; see batch-loader.node.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { type SerializedError, serializeError } from '../base/errors.ts';
import type { BatchTerms, PanelBatch } from '../features/panel.ts';
import { PanelReader } from '../features/panel.node.ts';
import { type BatchRequest, readRequest } from './batch-request.node.ts';

export interface BatchThreadRequest {
  readonly request: BatchRequest;
  readonly terms: BatchTerms;
  /** Memory of both threads, which the arrays of the answer lie in. */
  readonly buffer: SharedArrayBuffer;
}

export type BatchThreadAnswer = { batch: PanelBatch } | { error: SerializedError };

if (!parentPort) throw new Error('this file is started as a thread');
const port = parentPort;
const { folder } = workerData as { folder: string };
let reader: PanelReader | undefined;

port.on('message', (request: BatchThreadRequest) => port.postMessage(answer(request)));

function answer({ request, terms, buffer }: BatchThreadRequest): BatchThreadAnswer {
  try {
    reader ??= PanelReader.open(folder);
    reader.terms = terms;
    return { batch: readRequest(reader, request, buffer) };
  } catch (error) {
    return { error: serializeError(error) };
  }
}
