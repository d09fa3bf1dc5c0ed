// phasor sentinel: what examining a panel for leaks found, and examining it again.
import { Command, CommanderError } from 'commander';
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
import { counted, formatCount, formatFigure, formatSeconds, formatTable } from '../format.ts';
import { EXIT, type Output } from '../output.ts';
import { missingDataset } from '../session.ts';

type Locale = Output['locale'];
type Probe = SentinelView['probes'][number];

/** One line, as other commands print it below their own result. */
export function sentinelLine(report: SentinelView, locale: Locale): string {
  const found = report.probes.filter(({ verdict }) => verdict === 'suspicious' || verdict === 'failed');
  const ran = report.probes.filter(({ verdict }) => verdict !== 'not-run').length;
  const about = found.map(({ probe, count }) => `${PROBE_WORDS[probe].title[locale]} ${count}`).join(', ');
  const verdict = VERDICT_WORDS[report.verdict][locale];
  const probes = locale === 'ja' ? `検査 ${ran} 件` : counted(ran, 'probe');
  return [
    `${locale === 'ja' ? 'リーク検査' : 'leaks'}: ${verdict}`,
    about && `(${about})`,
    `${probes}, ${formatSeconds(report.seconds)}`,
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
  const japanese = locale === 'ja';
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
  const looked = japanese
    ? `対象: ${ofStocks} 銘柄中 ${stocks} 銘柄、切り捨て日 ${cuts.join('、')}、リターンは学習期間の ${days} 日`
    : `looked at ${stocks} of ${ofStocks} stocks, cut off after ${cuts.join(', ')}, returns of ${days} training days`;
  return [
    sentinelLine(report, locale),
    looked,
    '',
    formatTable(
      japanese
        ? ['検査', '判定', '値', 'しきい値', '検出', '値の意味']
        : ['probe', 'verdict', 'figure', 'threshold', 'findings', 'the figure is'],
      probeRows(report.probes, locale),
    ),
    '',
    formatTable(
      japanese
        ? ['統計量', '判定', '計算に使った期間', '使ってよい末日', '日数', '行数']
        : ['fitted', 'verdict', 'on', 'may see through', 'days', 'rows'],
      scopes,
    ),
    ...(findings.length > 0 ? ['', findings.join('\n')] : []),
  ].join('\n');
}

/** @returns null where the panel was built before panels were examined */
async function examined(client: Client, panel: string): Promise<SentinelView | null> {
  return await client.call('panels.sentinel', { panel });
}

export function sentinelCommand(cli: Cli): Command {
  return new Command('sentinel')
    .description('show whether a panel leaks the future: probes, findings, what was fitted where')
    .argument('[panel]', 'id or hash of the panel, or the last letters of its id')
    .option('--dataset <name>', 'the newest panel of this dataset instead')
    .option('--again', 'examine it again')
    .addHelpText(
      'after',
      '\nExamples:\n  phasor sentinel --dataset sp500\n  phasor sentinel 4T92HK --again\nExits with 2 when the panel leaks.',
    )
    .action(
      async (
        reference: string | undefined,
        { dataset, again }: { dataset?: string; again?: boolean },
        command: Command,
      ) => {
        await cli.act(command, again ? 'write' : 'read', async ({ client, out, follow }) => {
          const panel = reference ?? (await newestPanel(client, dataset));
          let report = again ? null : await examined(client, panel);
          if (again) {
            const { jobId } = await client.call('panels.examine', { panel });
            await follow(jobId);
            report = await examined(client, panel);
          }
          const none =
            out.locale === 'ja'
              ? 'このパネルはまだ検査されていません。--again で検査できます。'
              : 'this panel was not examined yet; --again does it';
          out.result(report, report ? sentinelText(report, out.locale) : none);
          // What there is to say has been said.
          if (report?.verdict === 'failed') throw new CommanderError(EXIT.badInput, 'phasor.leaks', 'the panel leaks');
        });
      },
    );
}

async function newestPanel(client: Client, dataset: string | undefined): Promise<string> {
  const name = dataset ?? (await missingDataset(client));
  const [newest] = await client.call('panels.list', { dataset: name });
  if (newest) return newest.panel.id;
  // Asks for it by the dataset's name, which no panel has: the message then lists those that there are.
  return name;
}
