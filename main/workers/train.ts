// The worker that trains a run.
import { trainBody } from '../../core/app/jobs/train.node.ts';
import { serveWorker } from './serve.ts';

serveWorker(trainBody);
