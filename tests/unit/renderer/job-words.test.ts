import { expect, test } from 'vitest';
import { locale } from '../../../renderer/lib/i18n.ts';
import { useJobWords } from '../../../renderer/lib/job-words.ts';

test('what workers say reads as words, with the fold before it; what is unknown as it was said', () => {
  const words = useJobWords();
  locale.value = 'en';
  const said = [
    'import: read',
    'phase2_gat epoch 3/8',
    'phase2_gat epoch 3 validation',
    'phase2_gat epoch 3 validation metrics',
    'fold2/phase0_baseline test',
    'fold2/fit scaling',
    'something new',
  ];
  expect(said.map(words.stage)).toEqual([
    'Reading files',
    'Graph attention: epoch 3/8',
    'Graph attention: epoch 3, validation',
    'Graph attention: epoch 3, validation',
    'Fold 2: Baseline: predicting the test days',
    'Fold 2: Fitting the scaler',
    'something new',
  ]);
  expect(words.kind('train')).toBe('Training');
  expect(words.kind('other')).toBe('other');
  locale.value = 'ja';
  expect(words.stage('phase2_gat epoch 3/8')).toBe('グラフアテンション: エポック 3/8');
  locale.value = 'en';
});
