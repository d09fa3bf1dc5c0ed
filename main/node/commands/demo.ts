// phasor demo: the whole chain on a generated market with a planted signal, so that it can be seen at work without any data.
import { Command } from 'commander';
import { PRODUCT_CONFIGS } from '../../../core/app/host.node.ts';
import { AppError } from '../../../core/base/errors.ts';
import { loadConfig } from '../../../core/config/load.node.ts';
import { jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { COMMON, examples } from '../words/common.ts';
import { DEMO } from '../words/workspace.ts';
import { describeVersion } from './import.ts';

/** Small enough for two cores and two minutes, large enough for the planted signal to be found. */
export const MARKET = { stocks: 200, days: 600 };
const CONFIG = ['mode=demo'];

export function demoCommand(cli: Cli): Command {
  const help = DEMO[cli.locale];
  return new Command('demo')
    .description(help.about)
    .option('--seed <n>', help.seed, '1')
    .argument('[overrides...]', COMMON[cli.locale].overrides)
    .addHelpText('after', examples(cli.locale, 'phasor demo --seed 2'))
    .action(async (overrides: string[], options: { seed: string }, command: Command) => {
      if (!/^\d+$/.test(options.seed))
        throw new AppError('input/bad-option', {
          option: `--seed ${options.seed}`,
          problem: COMMON[cli.locale].wholeNumber,
        });
      const seed = Number(options.seed);
      const config = [...CONFIG, `seed=${seed}`, ...overrides];
      await cli.act(command, 'write', async ({ client, out, follow }) => {
        loadConfig(PRODUCT_CONFIGS, config); // a mistake in an override is said now, not after the market was made
        const files = await client.call('datasets.synthesise', { ...MARKET, seed });
        const { name } = files;

        const importing = await client.call('datasets.import', { files: [files.bars], name, sectors: files.sectors });
        const imported = jobResults.import.parse(await follow(importing.jobId));
        out.note(describeVersion(imported.dataset, imported.version, imported.findings, out.locale));

        const building = await client.call('features.build', { dataset: name, overrides: config });
        jobResults.features.parse(await follow(building.jobId));

        const training = await client.call('training.start', {
          dataset: name,
          phases: [0, 1, 2, 3, 4],
          tags: ['demo', 'synthetic'],
          overrides: config,
        });
        const { runId } = jobResults.train.parse(await follow(training.jobId));
        const { phases, run } = await client.call('runs.get', { run: runId });
        const checkpoint = phases.at(-1)?.bestCheckpointId;
        if (!checkpoint) throw new Error('a finished run has no best checkpoint');

        const backtesting = await client.call('backtests.run', { checkpoint });
        const { backtest } = jobResults.backtest.parse(await follow(backtesting.jobId));
        const reporting = await client.call('reports.write', { checkpoint, locale: out.locale });
        const { path } = jobResults.report.parse(await follow(reporting.jobId));
        const ledger = await client.call('runs.ledger', { run: runId, locale: out.locale });
        out.result(
          { synthetic: true, dataset: name, run: run.id, checkpoint, ledger: ledger.rows, backtest, report: path },
          `${ledger.text}\n\n${DEMO[out.locale].done({ report: path, run: run.name })}`,
        );
      });
    });
}
