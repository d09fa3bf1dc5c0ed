// Owns the words of phasor runs and phasor train.
import type { ShortMode } from '../../../core/app/run-mode.ts';
import type { RunStatus } from '../../../core/contract/entities.ts';
import { bilingual } from './common.ts';

type Verdict = 'improved' | 'carried_parent' | 'kept_anyway';

export const RUNS = bilingual(
  {
    about: 'list, show, resume or delete runs',
    list: 'list runs, newest first',
    limit: 'at most so many',
    listHeads: ['run', 'name', 'dataset', 'mode', 'status', 'made', 'phases', 'valid RankIC'],
    empty: 'no runs yet',
    show: 'show a run: its phases, checkpoints and evaluations',
    resume: 'go on with an interrupted or stopped run, from its last checkpoint',
    otherPanel: 'go on though the panel that it was begun on is gone and this version computes another',
    delete: 'put a run with its checkpoints and files into the trash (phasor trash takes it back)',
    deleted: (run: string) => `deleted ${run}; phasor trash restore ${run} takes it back`,
    goOn: (run: string) => `Go on with it: phasor train --resume ${run}`,
    statuses: {
      queued: 'queued',
      running: 'running',
      paused: 'paused',
      interrupted: 'interrupted',
      finished: 'finished',
      failed: 'failed',
      stopped: 'stopped',
    } satisfies Record<RunStatus, string> as Readonly<Record<string, string>>,
    head: (run: { name: string; id: string; status: string; took: string | null; engine: string; seed: number }) =>
      `${run.name} (${run.id}): ${run.status}${run.took === null ? '' : ` in ${run.took}`}, engine ${run.engine}, seed ${run.seed}`,
    modes: {
      debug: 'mode=debug: cut short to see that the chain works; its figures say nothing about the model.',
      demo: 'mode=demo: made small to be quick; its figures say that the chain works, not what the model can do.',
    } satisfies Record<ShortMode, string> as Record<ShortMode, string>,
    /** What a phase's best epoch did on the validation days that it was chosen by; whether it is better is for the test days to say. */
    verdicts: {
      improved: 'higher than its parent',
      carried_parent: 'no gain: parent carried on',
      kept_anyway: 'no gain: kept all the same',
    } satisfies Record<Verdict, string> as Record<Verdict, string>,
    validation: 'validation',
    phaseHeads: ['phase', 'status', 'epochs', 'best', 'RankIC', 'IC', 'Sharpe', 'verdict'],
    outOfSample: (folds: number) =>
      `out of sample${folds > 1 ? `, the test days of ${folds} folds joined` : ''}: RankIC with its 95 % interval`,
    testHeads: ['what', 'split', 'all horizons'],
    splits: {} as Readonly<Record<string, string>>,
    checkpointHeads: ['checkpoint', 'phase', 'kind', 'epoch', ''],
  },
  {
    about: '実行の一覧、詳細、再開、削除',
    list: '実行の一覧を新しい順に表示',
    limit: '表示する件数の上限',
    listHeads: ['実行', '名前', 'データセット', 'モード', '状態', '作成日時', 'フェーズ', '検証 RankIC'],
    empty: '実行はまだありません',
    show: '実行のフェーズ、チェックポイント、評価を表示',
    resume: '中断または停止した実行を、最後のチェックポイントから再開',
    otherPanel: '開始時のパネルが失われ、この版では別のパネルになる場合でも再開',
    delete: '実行をチェックポイントやファイルごとごみ箱に移す(phasor trash で元に戻せます)',
    deleted: (run) => `${run} を削除しました。元に戻すには: phasor trash restore ${run}`,
    goOn: (run) => `再開するには: phasor train --resume ${run}`,
    statuses: {
      queued: '待機中',
      running: '実行中',
      paused: '一時停止中',
      interrupted: '中断',
      finished: '完了',
      failed: '失敗',
      stopped: '停止',
    },
    head: ({ name, id, status, took, engine, seed }) =>
      `${name} (${id}): ${status}${took === null ? '' : `(所要 ${took})`}、エンジン ${engine}、シード ${seed}`,
    modes: {
      debug: 'mode=debug: 処理の流れを確かめるための短い実行です。数値はモデルの性能を示しません。',
      demo: 'mode=demo: 短時間で終わる小さな実行です。数値は処理の流れを示すもので、モデルの実力を示すものではありません。',
    },
    verdicts: {
      improved: '検証で親を上回る',
      carried_parent: '親を上回らず、親を引き継ぐ',
      kept_anyway: '親を上回らないが採用',
    },
    validation: '検証',
    phaseHeads: ['フェーズ', '状態', 'エポック', '最良', 'RankIC', 'IC', 'シャープレシオ', '判定'],
    outOfSample: (folds) =>
      `アウトオブサンプル${folds > 1 ? `(${folds} フォールドのテスト日を連結)` : ''}: RankIC と 95 % 信頼区間`,
    testHeads: ['対象', '期間', '全ホライズン'],
    splits: { test: 'テスト', valid: '検証', validation: '検証', train: '学習' },
    checkpointHeads: ['チェックポイント', 'フェーズ', '種類', 'エポック', ''],
  },
);

export const TRAIN = bilingual(
  {
    about: 'train a model in phases; every phase starts from the best of the one before',
    dataset: 'the dataset (required, except with --resume)',
    phase: 'all, one of 0 to 4, a list 0,1 or a range 1-3',
    resumeCheckpoint: 'start from the weights of this checkpoint',
    resume: 'go on with an interrupted or stopped run',
    savePhaseCheckpoint: 'keep the last state of every phase as a checkpoint too',
    maxEpochs: 'most epochs a phase (train.max_epochs)',
    name: 'name of the run',
    badPhase: 'write all, 0 to 4, 0,1 or 1-3',
    badEpochs: 'write a whole number from 1',
  },
  {
    about: 'モデルを段階的に学習。各フェーズは前のフェーズの最良の状態から始まります',
    dataset: '対象のデータセット(--resume の場合を除き必須)',
    phase: 'すべて(all)、0 から 4 の一つ、0,1 のような列挙、1-3 のような範囲',
    resumeCheckpoint: 'このチェックポイントの重みから始める',
    resume: '中断または停止した実行を再開',
    savePhaseCheckpoint: '各フェーズの最終状態もチェックポイントとして残す',
    maxEpochs: 'フェーズあたりの最大エポック数(train.max_epochs)',
    name: '実行の名前',
    badPhase: 'すべて(all)、0 から 4 の一つ、0,1 または 1-3 の形で指定してください',
    badEpochs: '1 以上の整数を指定してください',
  },
);
