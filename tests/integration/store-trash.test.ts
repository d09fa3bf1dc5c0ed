// The trash: what is in it is hidden, what refers to it still works, and it comes back as it was.
import { expect, test } from 'vitest';
import { openWorkspace } from '../../core/store/workspace.node.ts';
import { appErrorOf, steppingClock, temporaryFolder } from './store-support/harness.ts';
import { newBacktest, newCheckpoint, newPanel, newRun, seeded, version } from './store-support/samples.ts';

const opened = () => openWorkspace(temporaryFolder(), { clock: steppingClock() });

test('a dataset in the trash is hidden from lists and names, still found by what refers to it, and comes back whole', async () => {
  const workspace = await opened();
  const { datasets } = workspace;
  const { dataset, datasetVersion } = await seeded(workspace);
  const kept = await datasets.ensure('kept');
  await datasets.trash(dataset.id);
  expect(await datasets.list()).toEqual([kept]);
  expect(await datasets.byName('sp500')).toBeNull();
  expect(await datasets.find('sp500')).toBeNull();
  expect(await datasets.find(dataset.id)).toBeNull();
  expect(await datasets.get(dataset.id)).toEqual(dataset);
  expect(await datasets.trashed()).toEqual([{ ...dataset, deletedAt: expect.any(Number) }]);
  expect(await workspace.counts()).toMatchObject({ datasets: 1 });
  await datasets.restore(dataset.id);
  expect(await datasets.trashed()).toEqual([]);
  expect(await datasets.find('sp500')).toEqual(dataset);
  expect(await datasets.find(dataset.id.toLowerCase())).toEqual(dataset);
  expect(await datasets.latestVersion(dataset.id)).toEqual(datasetVersion);
  await workspace.close();
});

test('a name is free while its bearer lies in the trash, and taken when it wants to come back', async () => {
  const workspace = await opened();
  const { datasets } = workspace;
  const old = await datasets.ensure('jp');
  await datasets.addVersion(old.id, { ...version, folder: 'datasets/jp/v1' });
  await datasets.trash(old.id);
  const young = await datasets.ensure('jp');
  expect(young.id).not.toBe(old.id);
  expect(await datasets.ensure('jp')).toEqual(young);
  expect(await datasets.versions(young.id)).toEqual([]);
  expect((await datasets.versionIn('datasets/jp/v1'))?.datasetId).toBe(old.id);
  expect(await appErrorOf(() => datasets.restore(old.id))).toMatchObject({
    code: 'state/name-taken',
    params: { name: 'jp' },
  });
  await datasets.update(young.id, { name: 'jp-2' });
  await datasets.restore(old.id);
  expect((await datasets.list()).map(({ id }) => id)).toEqual([old.id, young.id]);
  expect((await appErrorOf(() => datasets.update(old.id, { name: 'jp-2' }))).code).toBe('state/name-taken');
  await datasets.update(old.id, { name: 'jp', notes: 'the same name is no clash' });
  await workspace.close();
});

test('a run in the trash takes its checkpoints and backtests out of sight', async () => {
  const workspace = await opened();
  const { runs, checkpoints, backtests } = workspace;
  const { dataset, datasetVersion, run, phase } = await seeded(workspace);
  const other = await runs.create(newRun(datasetVersion.id, 'other'));
  const checkpoint = await checkpoints.add(newCheckpoint(run.id, phase.id));
  await checkpoints.promote(checkpoint.id);
  const backtest = await backtests.add(newBacktest(datasetVersion.id, checkpoint.id));
  const champion = await checkpoints.get(checkpoint.id);

  await runs.trash(run.id);
  expect(await runs.list()).toEqual([other]);
  expect(await runs.find(run.id)).toBeNull();
  expect(await runs.find('first')).toBeNull();
  expect(await runs.get(run.id)).toEqual(run);
  expect(await runs.trashed()).toEqual([{ ...run, deletedAt: expect.any(Number) }]);
  expect(await checkpoints.list()).toEqual([]);
  expect(await checkpoints.find(checkpoint.id)).toBeNull();
  expect(await checkpoints.champion(dataset.id)).toBeNull();
  expect(await backtests.list()).toEqual([]);
  expect(await backtests.find(backtest.id)).toBeNull();
  expect(await backtests.trashed()).toEqual([]);
  expect(await workspace.datasets.trials(dataset.id)).toBe(1);

  await runs.restore(run.id);
  expect(await runs.find('first')).toEqual(run);
  expect(await checkpoints.champion(dataset.id)).toEqual(champion);
  expect(await backtests.list()).toEqual([backtest]);
  await workspace.close();
});

test('a backtest goes to the trash and comes back by itself', async () => {
  const workspace = await opened();
  const { backtests } = workspace;
  const { datasetVersion, run, phase } = await seeded(workspace);
  const checkpoint = await workspace.checkpoints.add(newCheckpoint(run.id, phase.id));
  const [first, second] = [
    await backtests.add(newBacktest(datasetVersion.id, checkpoint.id)),
    await backtests.add(newBacktest(datasetVersion.id, checkpoint.id)),
  ];
  await backtests.trash(first.id);
  expect(await backtests.list()).toEqual([second]);
  expect(await backtests.find(first.id)).toBeNull();
  await backtests.trash(second.id);
  expect((await backtests.trashed()).map(({ id }) => id)).toEqual([second.id, first.id]);
  await backtests.restore(first.id);
  expect(await backtests.list()).toEqual([first]);
  await backtests.remove(second.id);
  expect(await backtests.trashed()).toEqual([]);
  await workspace.close();
});

test('feature sets are saved under a name, replaced under it, and deleted with a way back', async () => {
  const workspace = await opened();
  const { featureSets } = workspace;
  const momentum = await featureSets.save({ name: 'momentum', hash: 'h1', names: ['return_5'] });
  await featureSets.save({ name: 'all of it', hash: 'h1', names: ['return_5'] }); // the same choice under another name
  const replaced = await featureSets.save({ name: 'momentum', hash: 'h2', names: ['return_5', 'return_20'] });
  expect(replaced).toEqual({ ...momentum, hash: 'h2', names: ['return_5', 'return_20'] });
  expect((await featureSets.list()).map(({ name }) => name)).toEqual(['all of it', 'momentum']);
  await featureSets.trash(momentum.id);
  expect(await featureSets.byName('momentum')).toBeNull();
  const namesake = await featureSets.save({ name: 'momentum', hash: 'h3', names: ['return_1'] });
  expect((await appErrorOf(() => featureSets.restore(momentum.id))).code).toBe('state/name-taken');
  await featureSets.trash(namesake.id);
  await featureSets.restore(momentum.id);
  expect(await featureSets.byName('momentum')).toEqual(replaced);
  expect((await featureSets.trashed()).map(({ id }) => id)).toEqual([namesake.id]);
  await featureSets.remove(namesake.id);
  expect(await featureSets.trashed()).toEqual([]);
  await workspace.close();
});

test('a panel goes with the dataset that asked for it last, and is listed with every living dataset that holds its bars', async () => {
  const workspace = await opened();
  const { datasets, panels } = workspace;
  const first = await seeded(workspace);
  const second = await seeded(workspace, 'copy');
  const set = await panels.ensureFeatureSet({ name: 'all', hash: 'h', names: ['return_1'], parameters: {} });
  const panel = await panels.ensure(newPanel(first.datasetVersion.id, set.id));
  const listed = async (datasetId?: string) => (await panels.list(datasetId)).map(({ dataset }) => dataset);
  expect([await listed(first.dataset.id), await listed(second.dataset.id)]).toEqual([['sp500'], ['copy']]);
  expect(await listed()).toEqual(['copy']); // once, with the newest
  await datasets.trash(second.dataset.id);
  expect(await listed()).toEqual(['sp500']);
  await datasets.restore(second.dataset.id);
  expect(await panels.ensure(newPanel(second.datasetVersion.id, set.id))).toEqual({
    ...panel,
    datasetVersionId: second.datasetVersion.id,
  });
  await workspace.runs.remove(first.run.id);
  await datasets.remove(first.dataset.id);
  expect(await panels.list()).toMatchObject([
    { panel: { id: panel.id }, dataset: 'copy', version: 1, names: ['return_1'] },
  ]);
  expect((await panels.find(panel.id.slice(-6)))?.id).toBe(panel.id);
  expect((await panels.find('panel-hash'))?.id).toBe(panel.id);
  expect(await panels.find('%')).toBeNull();
  await workspace.close();
});

test('what is deleted twice, or restored without having been deleted, is gone', async () => {
  const workspace = await opened();
  const { dataset, run } = await seeded(workspace);
  await workspace.runs.trash(run.id);
  for (const act of [
    () => workspace.runs.trash(run.id),
    () => workspace.datasets.restore(dataset.id),
    () => workspace.backtests.trash('none'),
    () => workspace.backtests.restore('none'),
    () => workspace.featureSets.trash('none'),
    () => workspace.featureSets.restore('none'),
  ]) {
    expect((await appErrorOf(act)).code).toBe('state/gone');
  }
  await workspace.close();
});

test('a run comes back only while no other bears its name', async () => {
  const workspace = await opened();
  const { runs } = workspace;
  const { datasetVersion } = await seeded(workspace);
  const old = await runs.create(newRun(datasetVersion.id, 'trial'));
  await runs.trash(old.id);
  const young = await runs.create(newRun(datasetVersion.id, 'trial'));
  expect(await appErrorOf(() => runs.restore(old.id))).toMatchObject({
    code: 'state/name-taken',
    params: { what: 'run', name: 'trial' },
  });
  await runs.update(young.id, { name: 'trial-2' });
  await runs.restore(old.id);
  expect((await runs.find('trial'))?.id).toBe(old.id);
  await workspace.close();
});
