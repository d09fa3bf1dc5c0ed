// The worker that prepares data: imports files, fetches from sources, builds panels, measures their columns, examines them for leaks.
import { analyseBody, type AnalyseSpec } from '../../core/app/jobs/analyse.node.ts';
import { fetchBody, type FetchSpec } from '../../core/app/jobs/fetch.node.ts';
import { examineBody, examinedFeaturesBody, type ExamineSpec } from '../../core/app/jobs/examine.node.ts';
import type { FeaturesSpec } from '../../core/app/jobs/features.node.ts';
import { importBody, type ImportSpec } from '../../core/app/jobs/import.node.ts';
import { serveWorker } from './serve.ts';

serveWorker<ImportSpec | FetchSpec | FeaturesSpec | AnalyseSpec | ExamineSpec, unknown>((spec, context) => {
  switch (spec.task) {
    case 'import':
      return importBody(spec, context);
    case 'fetch':
      return fetchBody(spec, context);
    case 'features':
      return examinedFeaturesBody(spec, context);
    case 'analyse':
      return analyseBody(spec, context);
    case 'examine':
      return examineBody(spec, context);
  }
});
