// The worker that trains runs and evaluates checkpoints.
import { evaluateBody, type EvaluateSpec } from '../../core/app/jobs/evaluate.node.ts';
import { trainBody, type TrainJobSpec } from '../../core/app/jobs/train.node.ts';
import { serveWorker } from './serve.ts';

serveWorker<TrainJobSpec | EvaluateSpec, unknown>((spec, context) =>
  spec.task === 'evaluate' ? evaluateBody(spec, context) : trainBody(spec, context),
);
