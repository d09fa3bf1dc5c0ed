// phasor train: a run through one phase or all of them, and its evaluation out of sample.
import { Command } from 'commander';
import { AppError } from '../../../core/base/errors.ts';
import type { Cli } from '../command.ts';
import { missingDataset } from '../session.ts';
import { followRun } from './runs.ts';

interface TrainOptions {
  dataset?: string;
  phase: string;
  resumeCheckpoint?: string;
  resume?: string;
  savePhaseCheckpoint?: boolean;
  maxEpochs?: string;
  name?: string;
}

const ALL_PHASES = [0, 1, 2, 3, 4];

/** "all", "2", "0,1,2" or "1-3" to phase numbers. @throws input/bad-option */
export function parsePhases(text: string): number[] {
  if (text === 'all') return ALL_PHASES;
  const phases = text.split(',').flatMap((part) => {
    const range = /^([0-4])(?:-([0-4]))?$/.exec(part.trim());
    if (!range)
      throw new AppError('input/bad-option', { option: `--phase ${text}`, problem: 'write all, 0 to 4, 0,1 or 1-3' });
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (first > last)
      throw new AppError('input/bad-option', { option: `--phase ${text}`, problem: `write ${last}-${first}` });
    return ALL_PHASES.filter((phase) => phase >= first && phase <= last);
  });
  return [...new Set(phases)].sort((a, b) => a - b);
}

export function trainCommand(cli: Cli): Command {
  return new Command('train')
    .description('train a model in phases; every phase starts from the best of the one before')
    .argument('[overrides...]', 'config overrides, key=value')
    .option('--dataset <name>', 'the dataset (required, except with --resume)')
    .option('--phase <which>', 'all, one of 0 to 4, a list 0,1 or a range 1-3', 'all')
    .option('--resume-checkpoint <checkpoint>', 'start from the weights of this checkpoint')
    .option('--resume <run>', 'go on with an interrupted or stopped run')
    .option('--save-phase-checkpoint', 'keep the last state of every phase as a checkpoint too')
    .option('--max-epochs <n>', 'most epochs a phase (train.max_epochs)')
    .option('--name <name>', 'name of the run')
    .addHelpText(
      'after',
      '\nExamples:\n  phasor train --dataset sp500 --phase all mode=debug\n' +
        '  phasor train --dataset sp500 --phase 2-4 --resume-checkpoint 4T92HK model.hidden_size=128\n' +
        '  phasor train --dataset sp500 data=walk_forward data.split.folds=4\n' +
        '  phasor train --resume my-run',
    )
    .action(async (overrides: string[], options: TrainOptions, command: Command) => {
      const epochs = options.maxEpochs;
      if (epochs !== undefined && !/^[1-9]\d*$/.test(epochs))
        throw new AppError('input/bad-option', {
          option: `--max-epochs ${epochs}`,
          problem: 'write a whole number from 1',
        });
      const phases = parsePhases(options.phase);
      await cli.act(command, 'write', async (session) => {
        const { client } = session;
        const start = async () => {
          if (options.resume) return client.call('training.resumeRun', { run: options.resume });
          return client.call('training.start', {
            dataset: options.dataset ?? (await missingDataset(client)),
            phases,
            resumeCheckpoint: options.resumeCheckpoint,
            savePhaseCheckpoint: options.savePhaseCheckpoint,
            name: options.name,
            overrides: epochs === undefined ? overrides : [...overrides, `train.max_epochs=${epochs}`],
          });
        };
        await followRun(session, await start());
      });
    });
}
