// A host that writes without end, for tests that kill it. Every transaction adds one event and exactly BATCH points of a curve;
// after each it prints how many are done. Usage: writer-process.ts FOLDER
import { openWorkspace } from '../../../core/store/workspace.node.ts';
import { BATCH, newRun, pointsOfBatch, version } from './samples.ts';

const [folder] = process.argv.slice(2);
process.stdout.write('opening\n');
const workspace = await openWorkspace(folder);
const dataset = await workspace.datasets.ensure('sp500');
const datasetVersion = await workspace.datasets.addVersion(dataset.id, version);
const run = await workspace.runs.create(newRun(datasetVersion.id));
await workspace.runs.setStatus(run.id, 'running');
process.stdout.write(`run ${run.id}\n`);
for (let batch = 0; ; batch++) {
  await workspace.transaction(async ({ metrics, events }) => {
    await metrics.add(pointsOfBatch(run.id, batch).slice(0, BATCH / 2));
    await events.add({ level: 'info', kind: 'batch', subjectId: run.id, message: String(batch), data: {} });
    await metrics.add(pointsOfBatch(run.id, batch).slice(BATCH / 2));
  });
  process.stdout.write(`done ${batch}\n`);
}
