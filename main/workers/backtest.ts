// The worker that trades predictions and writes reports.
import { backtestBody, type BacktestSpec, reportBody, type ReportSpec } from '../../core/app/jobs/backtest.node.ts';
import { serveWorker } from './serve.ts';

serveWorker<BacktestSpec | ReportSpec, unknown>((spec, context) =>
  spec.task === 'backtest' ? backtestBody(spec, context) : reportBody(spec, context),
);
