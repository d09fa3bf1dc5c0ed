// phasor sentinel: what examining a panel for leaks found, and examining it again.
import { Command, CommanderError } from 'commander';
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Client } from '../../../core/contract/api.ts';
import {
  fillWords,
  LEAK_WORDS,
  leakText,
  PROBE_WORDS,
  SKIP_WORDS,
  STATISTIC_WORDS,
  VERDICT_WORDS,
} from '../../../core/contract/sentinel-words.ts';
import type { SentinelView } from '../../../core/contract/views/sentinel.ts';
import type { Cli } from '../command.ts';
import { formatCount, formatFigure, formatSeconds, formatTable } from '../format.ts';
import { examples } from '../words/common.ts';
import { SENTINEL } from '../words/sentinel.ts';
import { EXIT } from '../output.ts';
import { missingDataset } from '../session.ts';

type Probe = SentinelView['probes'][number];

/** One line, as other commands print it below their own result. */
export function sentinelLine(report: SentinelView, locale: Locale): string {
  const found = report.probes.filter(({ verdict }) => verdict === 'suspicious' || verdict === 'failed');
  const ran = report.probes.filter(({ verdict }) => verdict !== 'not-run').length;
  const about = found.map(({ probe, count }) => `${PROBE_WORDS[probe].title[locale]} ${count}`).join(', ');
  const verdict = VERDICT_WORDS[report.verdict][locale];
  const words = SENTINEL[locale];
  return [
    `${words.leaks}: ${verdict}`,
    about && `(${about})`,
    `${words.probes(ran)}${words.comma}${formatSeconds(report.seconds)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

const formatted = (value: number | null): string =>
  value === null ? '-' : Number.isInteger(value) ? formatCount(value) : formatFigure(value);

function probeRows(probes: readonly Probe[], locale: Locale): string[][] {
  return probes.map(({ probe, verdict, figure, threshold, count, skipped }) => [
    PROBE_WORDS[probe].title[locale],
    VERDICT_WORDS[verdict][locale],
    formatted(figure),
    formatted(threshold),
    String(count),
    skipped ? fillWords(SKIP_WORDS[skipped.code], skipped.params, locale) : PROBE_WORDS[probe].figure[locale],
  ]);
}

export function sentinelText(report: SentinelView, locale: Locale): string {
  const words = SENTINEL[locale];
  const findings = report.probes.flatMap((probe) =>
    probe.findings.map(
      (finding) =>
        `${VERDICT_WORDS[finding.verdict][locale]} · ${PROBE_WORDS[probe.probe].title[locale]}: ${leakText(finding, locale)}\n` +
        `  → ${LEAK_WORDS[finding.code].advice[locale]}`,
    ),
  );
  const scopes = report.scopes.map(({ statistic, verdict, first, last, through, days, rows }) => [
    STATISTIC_WORDS[statistic][locale],
    VERDICT_WORDS[verdict][locale],
    ...(verdict === 'not-run' || days === 0
      ? ['-', '-', '-', '-']
      : [`${first} … ${last}`, through, String(days), formatCount(rows)]),
  ]);
  const { stocks, ofStocks, cuts, days } = report.sample;
  return [
    sentinelLine(report, locale),
    words.looked({ stocks, ofStocks, cuts, days }),
    '',
    formatTable(words.probeHeads, probeRows(report.probes, locale)),
    '',
    formatTable(words.scopeHeads, scopes),
    ...(findings.length > 0 ? ['', findings.join('\n')] : []),
  ].join('\n');
}

/** @returns null where the panel was built before panels were examined */
async function examined(client: Client, panel: string): Promise<SentinelView | null> {
  return await client.call('panels.sentinel', { panel });
}

export function sentinelCommand(cli: Cli): Command {
  const help = SENTINEL[cli.locale];
  return new Command('sentinel')
    .description(help.about)
    .argument('[panel]', help.panel)
    .option('--dataset <name>', help.dataset)
    .option('--again', help.again)
    .addHelpText(
      'after',
      `${examples(cli.locale, 'phasor sentinel --dataset sp500', 'phasor sentinel 4T92HK --again')}\n${help.exits}`,
    )
    .action(
      async (
        reference: string | undefined,
        { dataset, again }: { dataset?: string; again?: boolean },
        command: Command,
      ) => {
        await cli.act(command, again ? 'write' : 'read', async ({ client, out, follow }) => {
          const panel = reference ?? (await newestPanel(client, dataset, out.locale));
          let report = again ? null : await examined(client, panel);
          if (again) {
            const { jobId } = await client.call('panels.examine', { panel });
            await follow(jobId);
            report = await examined(client, panel);
          }
          out.result(report, report ? sentinelText(report, out.locale) : SENTINEL[out.locale].none);
          // What there is to say has been said.
          if (report?.verdict === 'failed') throw new CommanderError(EXIT.badInput, 'phasor.leaks', 'the panel leaks');
        });
      },
    );
}

async function newestPanel(client: Client, dataset: string | undefined, locale: Locale): Promise<string> {
  const name = dataset ?? (await missingDataset(client, locale));
  const [newest] = await client.call('panels.list', { dataset: name });
  if (newest) return newest.panel.id;
  // Asks for it by the dataset's name, which no panel has: the message then lists those that there are.
  return name;
}
