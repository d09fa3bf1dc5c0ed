import { expect, test } from 'vitest';
import type { TrainingPlan } from '../../../core/contract/views/training.ts';
import { cardPaths, changesOf } from '../../../renderer/features/train/changes.ts';
import {
  countSettings,
  freshDraft,
  ownText,
  planInput,
  startInput,
  withKnownDataset,
  withoutSettings,
  withPhase,
  withQuery,
  withSetting,
} from '../../../renderer/features/train/draft.ts';

const draft = { ...freshDraft(), dataset: 'jp' };

test('a draft becomes a plan once it has a dataset and a phase', () => {
  expect(planInput(freshDraft())).toBeNull();
  expect(planInput({ ...draft, phases: [] })).toBeNull();
  expect(planInput(draft)).toEqual({
    dataset: 'jp',
    phases: [0, 1, 2, 3, 4],
    overrides: ['mode=full'],
    phaseOverrides: {},
  });
});

test('a dataset that is not there gives way to the first that is, and takes its checkpoint along', () => {
  const from = { ...draft, checkpoint: 'c1' };
  expect(withKnownDataset(from, ['us', 'jp'])).toBe(from);
  expect(withKnownDataset(from, [])).toBe(from);
  expect(withKnownDataset(from, ['us', 'uk'])).toEqual({ ...draft, dataset: 'us', checkpoint: null });
});

test('settings of all phases and of one travel apart, the checkpoint and the name only where they are given', () => {
  const changed = withSetting(withSetting(draft, null, 'seed', '7'), 'phase2_gat', 'train.max_epochs', '3');
  expect(startInput({ ...changed, name: ' mine ', checkpoint: 'C' })).toEqual({
    dataset: 'jp',
    phases: [0, 1, 2, 3, 4],
    overrides: ['mode=full', 'seed=7'],
    phaseOverrides: { phase2_gat: ['train.max_epochs=3'] },
    resumeCheckpoint: 'C',
    savePhaseCheckpoint: false,
    name: 'mine',
  });
  expect(countSettings(changed)).toBe(2);
  expect(ownText(changed, 'phase2_gat', 'seed')).toBe('7');
});

test('a value for all phases takes the place of what single ones had, and can be taken back', () => {
  const single = withSetting(draft, 'phase2_gat', 'train.max_epochs', '3');
  const all = withSetting(single, null, 'train.max_epochs', '5');
  expect(ownText(all, 'phase2_gat', 'train.max_epochs')).toBe('5');
  expect(planInput(withSetting(all, null, 'train.max_epochs', null))).toEqual(planInput(draft));
  expect(planInput(withoutSettings(single, 'phase2_gat'))).toEqual(planInput(draft));
});

test('phases can be left out and taken in again, in their order', () => {
  const without = withPhase(withPhase(draft, 3, false), 1, false);
  expect(without.phases).toEqual([0, 2, 4]);
  expect(withPhase(without, 1, true).phases).toEqual([0, 1, 2, 4]);
});

test('an address fills the draft and leaves alone what it does not name', () => {
  const named = { ...draft, name: 'mine' };
  const asked = withQuery(named, {
    dataset: 'us',
    mode: 'debug',
    phases: '0,2,9',
    override: ['features.names=[a, b]', 'seed=3', 'phase2_gat:train.max_epochs=4', 'nonsense'],
  });
  expect(asked).toMatchObject({ dataset: 'us', mode: 'debug', phases: [0, 2], name: 'mine' });
  expect(asked.shared).toEqual({ 'features.names': '[a, b]', seed: '3' });
  expect(asked.single).toEqual({ phase2_gat: { 'train.max_epochs': '4' } });
  expect(withQuery(named, { mode: 'wild' })).toEqual(named);
});

type Phase = TrainingPlan['phases'][number];
const phase = (number: number, settings: Phase['settings'], changes: string[]): Phase => ({
  number,
  phase: `phase${number}`,
  settings,
  defaults: settings,
  changes,
});

test('a phase tells what it switches on beside the one before, and nothing where the value came out the same', () => {
  const first = phase(0, { 'model.fan.enabled': false, 'train.learning_rate': 0.001, 'train.max_epochs': 2 }, []);
  const next = phase(1, { 'model.fan.enabled': true, 'train.learning_rate': 0.0005, 'train.max_epochs': 2 }, [
    'train.phase',
    'model.fan.enabled',
    'train.learning_rate',
    'train.max_epochs',
  ]);
  expect(changesOf(next, first)).toEqual([
    { path: 'model.fan.enabled', kind: 'on', from: null, to: 'true' },
    { path: 'train.learning_rate', kind: 'value', from: '0.001', to: '0.0005' },
  ]);
});

test('a card offers what augmentation can be set to only where it is on', () => {
  expect(cardPaths({})).not.toContain('train.augmentation.day_mix');
  expect(cardPaths({ 'train.augmentation.enabled': true })).toContain('train.augmentation.day_mix');
});
