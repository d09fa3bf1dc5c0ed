// phasor train: a run through one phase or all of them, and its evaluation out of sample.
import { Command } from 'commander';
import { AppError } from '../../../core/base/errors.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Cli } from '../command.ts';
import { missingDataset } from '../session.ts';
import { COMMON, examples } from '../words/common.ts';
import { TRAIN } from '../words/runs.ts';
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
export function parsePhases(text: string, locale: Locale = 'en'): number[] {
  if (text === 'all') return ALL_PHASES;
  const phases = text.split(',').flatMap((part) => {
    const range = /^([0-4])(?:-([0-4]))?$/.exec(part.trim());
    if (!range) throw new AppError('input/bad-option', { option: `--phase ${text}`, problem: TRAIN[locale].badPhase });
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (first > last)
      throw new AppError('input/bad-option', {
        option: `--phase ${text}`,
        problem: COMMON[locale].write(`${last}-${first}`),
      });
    return ALL_PHASES.filter((phase) => phase >= first && phase <= last);
  });
  return [...new Set(phases)].sort((a, b) => a - b);
}

export function trainCommand(cli: Cli): Command {
  const help = TRAIN[cli.locale];
  return new Command('train')
    .description(help.about)
    .argument('[overrides...]', COMMON[cli.locale].overrides)
    .option('--dataset <name>', help.dataset)
    .option('--phase <which>', help.phase, 'all')
    .option('--resume-checkpoint <checkpoint>', help.resumeCheckpoint)
    .option('--resume <run>', help.resume)
    .option('--save-phase-checkpoint', help.savePhaseCheckpoint)
    .option('--max-epochs <n>', help.maxEpochs)
    .option('--name <name>', help.name)
    .addHelpText(
      'after',
      examples(
        cli.locale,
        'phasor train --dataset sp500 --phase all mode=debug',
        'phasor train --dataset sp500 --phase 2-4 --resume-checkpoint 4T92HK model.hidden_size=128',
        'phasor train --dataset sp500 data=walk_forward data.split.folds=4',
        'phasor train --resume my-run',
      ),
    )
    .action(async (overrides: string[], options: TrainOptions, command: Command) => {
      const epochs = options.maxEpochs;
      if (epochs !== undefined && !/^[1-9]\d*$/.test(epochs))
        throw new AppError('input/bad-option', {
          option: `--max-epochs ${epochs}`,
          problem: help.badEpochs,
        });
      const phases = parsePhases(options.phase, cli.locale);
      await cli.act(command, 'write', async (session) => {
        const { client } = session;
        const start = async () => {
          if (options.resume) return client.call('training.resumeRun', { run: options.resume });
          return client.call('training.start', {
            dataset: options.dataset ?? (await missingDataset(client, session.out.locale)),
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
