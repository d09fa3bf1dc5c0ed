import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  backtestSchema,
  checkpointSchema,
  datasetSchema,
  datasetVersionSchema,
  evaluationSchema,
  eventSchema,
  featureSetSchema,
  findingSchema,
  jobSchema,
  panelSchema,
  phaseRunSchema,
  runSchema,
} from '../../core/contract/entities.ts';
import { openConnection, queriesOver } from '../../core/store/database.node.ts';
import { migrate } from '../../core/store/migrate.node.ts';
import { RunWriter } from '../../core/store/runs.ts';
import { openWorkspace, openWorkspaceReadOnly } from '../../core/store/workspace.node.ts';
import { appErrorOf, steppingClock, temporaryFolder } from './store-support/harness.ts';
import {
  newBacktest,
  newCheckpoint,
  newEvaluation,
  newPanel,
  newPhase,
  newRun,
  seeded,
  version,
} from './store-support/samples.ts';
import { sql } from 'kysely';

test('every entity has the columns of its schema, no more and no fewer', () => {
  const connection = openConnection(':memory:', 'write');
  migrate(connection);
  const snake = (key: string) => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const tables = {
    datasets: datasetSchema,
    dataset_versions: datasetVersionSchema,
    feature_sets: featureSetSchema,
    saved_feature_sets: featureSetSchema,
    findings: findingSchema,
    panels: panelSchema,
    runs: runSchema,
    phase_runs: phaseRunSchema,
    checkpoints: checkpointSchema,
    evaluations: evaluationSchema,
    backtests: backtestSchema,
    jobs: jobSchema,
    events: eventSchema,
  };
  for (const [table, schema] of Object.entries(tables)) {
    const columns = connection.prepare<[], { name: string }>(`pragma table_info(${table})`).all();
    const own = columns.map(({ name }) => name).filter((name) => name !== 'deleted_at'); // told by trashed() alone
    expect(own.sort(), table).toEqual(Object.keys(schema.shape).map(snake).sort());
  }
  connection.close();
});

test('what is written is read back equal, and satisfies its schema, also by another process only reading', async () => {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder, { clock: steppingClock() });
  const { dataset, datasetVersion, run, phase } = await seeded(workspace);
  const featureSet = await workspace.panels.ensureFeatureSet({
    name: 'all',
    hash: 'h',
    names: ['rsi_14'],
    parameters: { winsorize: 5 },
  });
  const panel = await workspace.panels.ensure(newPanel(datasetVersion.id, featureSet.id));
  const checkpoint = await workspace.checkpoints.add(newCheckpoint(run.id, phase.id));
  const evaluation = await workspace.evaluations.add(newEvaluation(datasetVersion.id, checkpoint.id, run.id));
  const backtest = await workspace.backtests.add(newBacktest(datasetVersion.id, checkpoint.id));
  const job = await workspace.jobs.create({ kind: 'train', spec: { phases: [0, 1] }, runId: run.id });
  const event = await workspace.events.add({
    level: 'info',
    kind: 'run.created',
    subjectId: run.id,
    message: '作成',
    data: { a: [1] },
  });

  const reader = await openWorkspaceReadOnly(folder);
  expect(datasetSchema.parse(await reader.datasets.byName('sp500'))).toEqual(dataset);
  expect(await reader.datasets.get(dataset.id)).toEqual(dataset);
  expect(datasetVersionSchema.parse(await reader.datasets.latestVersion(dataset.id))).toEqual(datasetVersion);
  expect(await reader.datasets.version(datasetVersion.id)).toEqual(datasetVersion);
  const findings = await reader.datasets.findings(datasetVersion.id);
  expect(findingSchema.array().parse(findings)[0].examples[0].value).toBeNull();
  expect(panelSchema.parse(await reader.panels.byHash('panel-hash'))).toEqual(panel);
  expect(await reader.panels.ofVersion(datasetVersion.id)).toEqual([panel]);
  expect(await reader.panels.featureSet(featureSet.id)).toEqual(featureSet);
  expect(runSchema.parse(await reader.runs.get(run.id))).toEqual(run);
  expect(phaseRunSchema.array().parse(await reader.runs.phases(run.id))).toEqual([phase]);
  expect(await reader.runs.phase(phase.id)).toEqual(phase);
  expect(checkpointSchema.parse(await reader.checkpoints.get(checkpoint.id))).toEqual(checkpoint);
  expect(evaluationSchema.parse(await reader.evaluations.get(evaluation.id))).toEqual(evaluation);
  expect(backtestSchema.parse(await reader.backtests.get(backtest.id))).toEqual(backtest);
  expect(jobSchema.parse(await reader.jobs.get(job.id))).toEqual(job);
  expect(eventSchema.array().parse(await reader.events.list({ subjectId: run.id }))).toEqual([event]);
  expect(await reader.counts()).toEqual({
    datasets: 1,
    panels: 1,
    runs: 1,
    checkpoints: 1,
    evaluations: 1,
    backtests: 1,
    jobs: 1,
    events: 1,
  });
  await reader.close();
  await workspace.close();
});

test('a reader cannot write: not by its type, nor by its connection', async () => {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder);
  const { datasetVersion } = await seeded(workspace);
  const reader = await openWorkspaceReadOnly(folder);
  // @ts-expect-error a reader has no such method
  expect(reader.runs.create).toBeUndefined();
  const connection = openConnection(`${folder}/phasor.sqlite`, 'read');
  const forced = new RunWriter(
    queriesOver(connection, () => {}),
    { now: () => 0 },
  );
  expect((await appErrorOf(() => forced.create(newRun(datasetVersion.id)))).code).toBe('state/database-unusable');
  connection.close();
  await reader.close();
  await workspace.close();
});

test('importing again under a name adds a version to the dataset', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const dataset = await workspace.datasets.ensure('jp');
  expect(await workspace.datasets.ensure('jp')).toEqual(dataset);
  for (const expected of [1, 2, 3]) {
    expect((await workspace.datasets.addVersion(dataset.id, version)).version).toBe(expected);
  }
  expect((await workspace.datasets.versions(dataset.id)).map((each) => each.version)).toEqual([3, 2, 1]);
  await workspace.datasets.update(dataset.id, { notes: 'checked by hand' });
  expect((await workspace.datasets.list()).map(({ name, notes }) => [name, notes])).toEqual([
    ['jp', 'checked by hand'],
  ]);
  await workspace.close();
});

test('runs are listed newest first, by page and by filter', async () => {
  const workspace = await openWorkspace(temporaryFolder(), { clock: steppingClock() });
  const { dataset, datasetVersion, run: first } = await seeded(workspace);
  const other = await seeded(workspace, 'jp');
  const second = await workspace.runs.create({
    ...newRun(datasetVersion.id, 'second'),
    tags: ['deep'],
    notes: 'Wider LSTM',
  });
  await workspace.runs.update(second.id, { star: true, summary: { rank_ic: 0.02 } });
  await workspace.runs.setStatus(second.id, 'running');
  const ids = async (filter: Parameters<typeof workspace.runs.list>[0]) =>
    (await workspace.runs.list(filter)).map(({ id }) => id);
  expect(await ids({})).toEqual([second.id, other.run.id, first.id]);
  expect(await ids({ limit: 2 })).toEqual([second.id, other.run.id]);
  expect(await ids({ before: other.run.id })).toEqual([first.id]);
  expect(await ids({ datasetId: dataset.id })).toEqual([second.id, first.id]);
  expect(await ids({ datasetVersionId: other.datasetVersion.id })).toEqual([other.run.id]);
  expect(await ids({ tag: "o'clock" })).toEqual([other.run.id, first.id]);
  expect(await ids({ star: true })).toEqual([second.id]);
  expect(await ids({ text: 'lstm' })).toEqual([second.id]);
  expect(await ids({ status: ['running', 'paused'] })).toEqual([second.id]);
  expect(await ids({ status: [] })).toEqual([]);
  await workspace.close();
});

test('a run is found by name, id or the end of its id, in that order', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { run, datasetVersion } = await seeded(workspace);
  const newer = await workspace.runs.create(newRun(datasetVersion.id, 'first'));
  const tricky = await workspace.runs.create(newRun(datasetVersion.id, run.id.slice(-6)));
  const find = async (text: string) => (await workspace.runs.find(text))?.id;
  expect(await find('first')).toBe(newer.id);
  expect(await find(run.id)).toBe(run.id);
  expect(await find(run.id.slice(-8).toLowerCase())).toBe(run.id);
  expect(await find(run.id.slice(-6))).toBe(tricky.id);
  expect(await find(run.id.slice(-3))).toBeUndefined();
  expect(await find('100%')).toBeUndefined();
  await workspace.close();
});

test('a status keeps the times that go with it', async () => {
  let now = 1_000;
  const workspace = await openWorkspace(temporaryFolder(), { clock: { now: () => now } });
  const { run, phase } = await seeded(workspace);
  const times = async () => {
    const { status, startedAt, endedAt } = (await workspace.runs.get(run.id))!;
    return [status, startedAt, endedAt];
  };
  const enter = async (status: 'running' | 'paused' | 'failed' | 'finished', at: number) => {
    now = at;
    await workspace.runs.setStatus(
      run.id,
      status,
      status === 'failed' ? { code: 'bug', params: {}, message: 'x' } : null,
    );
    return await times();
  };
  expect(await times()).toEqual(['queued', null, null]);
  expect(await enter('running', 2_000)).toEqual(['running', 2_000, null]);
  expect(await enter('paused', 3_000)).toEqual(['paused', 2_000, null]);
  expect(await enter('failed', 4_000)).toEqual(['failed', 2_000, 4_000]);
  expect((await workspace.runs.get(run.id))?.outcome).toEqual({ code: 'bug', params: {}, message: 'x' });
  expect(await enter('running', 5_000)).toEqual(['running', 2_000, null]);
  expect(await enter('finished', 6_000)).toEqual(['finished', 2_000, 6_000]);
  expect((await workspace.runs.get(run.id))?.outcome).toBeNull();
  await workspace.runs.setPhaseStatus(phase.id, 'running');
  await workspace.runs.updatePhase(phase.id, { epochs: 4, bestEpoch: 2, metrics: { ic: null }, verdict: 'improved' });
  expect(await workspace.runs.phase(phase.id)).toMatchObject({
    status: 'running',
    startedAt: 6_000,
    epochs: 4,
    metrics: { ic: null },
  });
  for (const at of [7_000, 9_000]) {
    now = at;
    await workspace.runs.setPhaseStatus(phase.id, 'finished');
    expect((await workspace.runs.phase(phase.id))?.endedAt).toBe(7_000);
  }
  await workspace.close();
});

test('a change to something that was deleted says so', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { run, phase } = await seeded(workspace);
  await workspace.runs.remove(run.id);
  for (const act of [
    () => workspace.runs.update(run.id, { star: true }),
    () => workspace.runs.setStatus(run.id, 'finished'),
    () => workspace.runs.setPhaseStatus(phase.id, 'finished'),
    () => workspace.jobs.setStatus(run.id, 'finished'),
    () => workspace.backtests.setReport(run.id, 'x.html'),
    () => workspace.checkpoints.promote(run.id),
  ]) {
    expect((await appErrorOf(act)).code).toBe('state/gone');
  }
  await workspace.close();
});

test('one checkpoint per dataset is its champion', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const first = await seeded(workspace);
  const other = await seeded(workspace, 'jp');
  const a = await workspace.checkpoints.add(newCheckpoint(first.run.id, first.phase.id));
  const b = await workspace.checkpoints.add({ ...newCheckpoint(first.run.id, first.phase.id), kind: 'last' });
  const c = await workspace.checkpoints.add(newCheckpoint(other.run.id, other.phase.id));
  const champion = async (dataset: { id: string }) => (await workspace.checkpoints.champion(dataset.id))?.id;
  expect(await champion(first.dataset)).toBeUndefined();
  for (const { id } of [a, c, b]) await workspace.checkpoints.promote(id);
  expect([await champion(first.dataset), await champion(other.dataset)]).toEqual([b.id, c.id]);
  const ids = async (filter: Parameters<typeof workspace.checkpoints.list>[0]) =>
    (await workspace.checkpoints.list(filter)).map(({ id }) => id);
  expect(await ids({ datasetId: first.dataset.id })).toEqual([b.id, a.id]);
  expect(await ids({ runId: first.run.id, kind: 'best' })).toEqual([a.id]);
  expect(await ids({ phaseRunId: other.phase.id })).toEqual([c.id]);
  expect((await workspace.checkpoints.find(a.id.slice(-5)))?.id).toBe(a.id);
  await workspace.runs.updatePhase(first.phase.id, { bestCheckpointId: a.id });
  await workspace.checkpoints.remove(a.id);
  expect((await workspace.runs.phase(first.phase.id))?.bestCheckpointId).toBeNull();
  await workspace.close();
});

test('a run is listed with the test of the checkpoint that it ends with, its parent phase’s where that was handed on', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { datasetVersion, run, phase } = await seeded(workspace);
  expect((await workspace.evaluations.testsByRun()).size).toBe(0);
  const checkpoint = await workspace.checkpoints.add(newCheckpoint(run.id, phase.id));
  const evaluation = await workspace.evaluations.add(newEvaluation(datasetVersion.id, checkpoint.id, run.id));
  const last = await workspace.runs.addPhase({
    runId: run.id,
    phase: 'phase1_adaptive_norm',
    position: 1,
    config: '',
    configHash: 'h',
    parentCheckpointId: checkpoint.id,
  });
  const own = await workspace.checkpoints.add({ ...newCheckpoint(run.id, last.id), phase: 'phase1_adaptive_norm' });
  await workspace.evaluations.add({
    ...newEvaluation(datasetVersion.id, own.id, run.id),
    label: 'phase1_adaptive_norm',
  });
  await workspace.runs.updatePhase(phase.id, { bestCheckpointId: checkpoint.id });
  await workspace.runs.updatePhase(last.id, { bestCheckpointId: checkpoint.id, verdict: 'carried_parent' });
  expect((await workspace.evaluations.testsByRun()).get(run.id)).toEqual({
    checkpointId: checkpoint.id,
    phase: evaluation.label,
    rankIc: evaluation.overall.rankIc ?? { value: null, low: null, high: null },
  });
  await workspace.runs.updatePhase(last.id, { bestCheckpointId: own.id, verdict: 'improved' });
  expect((await workspace.evaluations.testsByRun()).get(run.id)?.checkpointId).toBe(own.id);
  await workspace.close();
});

test('every evaluated checkpoint and every backtest, on any version of a dataset, counts as a trial of it', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { dataset, datasetVersion, run, phase } = await seeded(workspace);
  const other = await workspace.datasets.ensure('jp');
  const foreign = await workspace.datasets.addVersion(other.id, { ...version, contentHash: 'another' });
  expect(await workspace.datasets.trials(dataset.id)).toBe(0);
  const next = await workspace.datasets.addVersion(dataset.id, { ...version, contentHash: 'one day more' });
  const checkpoint = await workspace.checkpoints.add(newCheckpoint(run.id, phase.id));
  await workspace.evaluations.add(newEvaluation(datasetVersion.id, checkpoint.id, run.id));
  await workspace.evaluations.add(newEvaluation(next.id, null, null)); // a baseline is no trial
  await workspace.evaluations.add(newEvaluation(foreign.id, checkpoint.id, null));
  const backtest = await workspace.backtests.add(newBacktest(next.id, checkpoint.id));
  expect(await workspace.datasets.trials(dataset.id)).toBe(2);
  expect(await workspace.datasets.trials(other.id)).toBe(1);
  expect((await workspace.evaluations.list({ runId: run.id, split: 'test' })).length).toBe(1);
  expect((await workspace.evaluations.list({ runId: run.id, datasetVersionId: next.id })).length).toBe(0);
  await workspace.backtests.setReport(backtest.id, 'reports/x.html');
  expect((await workspace.backtests.find(backtest.id.slice(-6)))?.reportPath).toBe('reports/x.html');
  expect((await workspace.backtests.list({ checkpointId: checkpoint.id, datasetVersionId: next.id })).length).toBe(1);
  await workspace.close();
});

test('trials outlive the runs and the dataset, and count for the same bars under another name', async () => {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder);
  const { dataset, datasetVersion, run, phase } = await seeded(workspace);
  const checkpoint = await workspace.checkpoints.add(newCheckpoint(run.id, phase.id));
  await workspace.evaluations.add(newEvaluation(datasetVersion.id, checkpoint.id, run.id));
  await workspace.backtests.add(newBacktest(datasetVersion.id, checkpoint.id));
  await workspace.runs.remove(run.id);
  expect(await workspace.counts()).toMatchObject({ evaluations: 0, backtests: 0 });
  expect(await workspace.datasets.trials(dataset.id)).toBe(2);
  await workspace.datasets.remove(dataset.id);
  const again = await workspace.datasets.ensure('renamed');
  await workspace.datasets.addVersion(again.id, version);
  expect(await workspace.datasets.trials(again.id)).toBe(2);
  // What is not stored is no trial either.
  await expect(workspace.backtests.add(newBacktest('no such version', 'no such checkpoint'))).rejects.toThrow();
  expect(await workspace.datasets.trials(again.id)).toBe(2);
  await workspace.close();
  const connection = openConnection(join(folder, 'phasor.sqlite'), 'write');
  for (const statement of ['delete from trials', "update trials set content_hash = 'x'"])
    expect(() => connection.exec(statement)).toThrow(/trials are never/);
  connection.close();
});

test('removing a run removes what hangs on it, and a dataset in use cannot be removed', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { dataset, datasetVersion, run, phase } = await seeded(workspace);
  const checkpoint = await workspace.checkpoints.add(newCheckpoint(run.id, phase.id));
  await workspace.evaluations.add(newEvaluation(datasetVersion.id, checkpoint.id, run.id));
  await workspace.backtests.add(newBacktest(datasetVersion.id, checkpoint.id));
  await workspace.jobs.create({ kind: 'train', spec: {}, runId: run.id });
  await expect(workspace.datasets.remove(dataset.id)).rejects.toThrow(/FOREIGN KEY/);
  await workspace.runs.remove(run.id);
  expect(await workspace.counts()).toMatchObject({ runs: 0, checkpoints: 0, evaluations: 0, backtests: 0, jobs: 0 });
  await workspace.datasets.remove(dataset.id);
  expect(await workspace.counts()).toMatchObject({ datasets: 0 });
  await workspace.close();
});

test('a transaction that throws leaves nothing, one that returns leaves all', async () => {
  const workspace = await openWorkspace(temporaryFolder());
  const { datasetVersion } = await seeded(workspace);
  const both = async (name: string, fail: boolean) =>
    await workspace.transaction(async ({ runs, datasets }) => {
      const run = await runs.create(newRun(datasetVersion.id, name));
      await runs.addPhase(newPhase(run.id));
      await datasets.addVersion(datasetVersion.datasetId, version);
      if (fail) throw new Error('changed my mind');
      return run.id;
    });
  await expect(both('undone', true)).rejects.toThrow('changed my mind');
  expect(await workspace.runs.find('undone')).toBeNull();
  expect((await workspace.datasets.versions(datasetVersion.datasetId)).length).toBe(1);
  const id = await both('done', false);
  expect((await workspace.runs.find('done'))?.id).toBe(id);
  expect((await workspace.runs.phases(id)).length).toBe(1);
  await workspace.close();
});

test('what was going on when the host died is interrupted at the next start, all else stays', async () => {
  const folder = temporaryFolder();
  const workspace = await openWorkspace(folder);
  const { datasetVersion, run, phase } = await seeded(workspace);
  const paused = await workspace.runs.create(newRun(datasetVersion.id, 'paused'));
  const done = await workspace.runs.create(newRun(datasetVersion.id, 'done'));
  const queued = await workspace.runs.create(newRun(datasetVersion.id, 'queued'));
  const job = await workspace.jobs.create({ kind: 'train', spec: {}, runId: run.id });
  await workspace.runs.setStatus(run.id, 'running');
  await workspace.runs.setPhaseStatus(phase.id, 'running');
  await workspace.jobs.setStatus(job.id, 'running');
  await workspace.jobs.update(job.id, { pid: 4711, progress: { stage: 'phase0', done: 1, total: 9 } });
  await workspace.runs.setStatus(paused.id, 'paused');
  await workspace.runs.setStatus(done.id, 'finished');
  await workspace.close();

  const next = await openWorkspace(folder);
  expect([...next.interruptedRuns].sort()).toEqual([run.id, paused.id].sort());
  const status = async (id: string) => (await next.runs.get(id))?.status;
  expect([await status(run.id), await status(paused.id), await status(done.id), await status(queued.id)]).toEqual([
    'interrupted',
    'interrupted',
    'finished',
    'queued',
  ]);
  expect((await next.runs.get(run.id))?.outcome?.code).toBe('state/interrupted');
  expect((await next.runs.phase(phase.id))?.status).toBe('interrupted');
  expect(await next.jobs.get(job.id)).toMatchObject({ status: 'interrupted', pid: null });
  expect((await next.events.list({ kind: 'run.interrupted' })).map(({ subjectId }) => subjectId).sort()).toEqual(
    [run.id, paused.id].sort(),
  );
  await next.close();

  const third = await openWorkspace(folder);
  expect(third.interruptedRuns).toEqual([]);
  await third.close();
});

test('a query above the threshold is logged with its text and how long it took', async () => {
  const connection = openConnection(':memory:', 'write');
  const lines: { level: string; fields: Record<string, unknown> | undefined }[] = [];
  const queries = (slowMs: number) =>
    queriesOver(connection, (level, _message, fields) => lines.push({ level, fields }), slowMs);
  await sql`select 1`.execute(queries(Number.POSITIVE_INFINITY));
  expect(lines).toEqual([]);
  const always = queries(-1);
  await sql`select 2`.execute(always);
  expect(lines).toEqual([{ level: 'debug', fields: { ms: expect.any(Number), sql: 'select 2' } }]);
  await always.destroy();
});
