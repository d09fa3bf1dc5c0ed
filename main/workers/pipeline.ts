// The worker that prepares data: imports files, builds panels.
import { featuresBody, type FeaturesSpec } from '../../core/app/jobs/features.node.ts';
import { importBody, type ImportSpec } from '../../core/app/jobs/import.node.ts';
import { serveWorker } from './serve.ts';

serveWorker<ImportSpec | FeaturesSpec, unknown>((spec, context) =>
  spec.task === 'import' ? importBody(spec, context) : featuresBody(spec, context),
);
