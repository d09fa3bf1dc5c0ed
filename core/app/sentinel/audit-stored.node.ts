// Owns what is looked at of a panel as it stands on disk: some of its days whole, the first row of every day, the graph of the sample.
import type { LeakFinding, ProbeReport } from '../../base/sentinel.ts';
import type { Steps } from '../../base/steps.ts';
import type { BarTable } from '../../data/bars.ts';
import type { PanelReader } from '../../features/panel.node.ts';
import { type Parts, probeDuplicates } from '../../features/sentinel/duplicates.ts';
import { auditGraph, type GraphAudit } from '../../features/sentinel/graph-alignment.ts';
import {
  disorderedDays,
  readFirstRows,
  readStoredDay,
  remainingStocks,
} from '../../features/sentinel/read-panel.node.ts';
import { spread } from '../../features/sentinel/sample.ts';
import { ScalingAudit } from '../../features/sentinel/scaled-columns.ts';
import { ofStocks, type StoredDay } from '../../features/sentinel/stored.ts';
import { probeTargets } from '../../features/sentinel/target-alignment.ts';
import type { GraphSnapshots } from '../../stockgraph/graph.ts';

/** Days looked at whole: for scaling, targets and twins. */
const STORED_DAYS = 24;
/** Trading days at the end of a panel on which whoever is still traded has a row. */
const LAST_DAYS = 10;

export interface StoredAudit {
  readonly targets: ProbeReport;
  readonly duplicates: ProbeReport;
  readonly scaling: readonly LeakFinding[];
  readonly graph: GraphAudit;
  /** Stocks with a row in the last days of the panel. */
  readonly remaining: number;
  /** The days looked at, with the rows of the sample alone. */
  readonly days: readonly StoredDay[];
}

/**
 * @param bars of the sample, on the panel's calendar
 * @param stocks of the sample, by their index in the panel
 * @param graph of the sample
 */
export function* auditStoredSteps(
  reader: PanelReader,
  { bars, stocks, graph, parts }: { bars: BarTable; stocks: Int32Array; graph: GraphSnapshots; parts?: Parts },
): Steps<StoredAudit> {
  const { manifest, days } = reader;
  const scaling = new ScalingAudit(manifest.features, days);
  const ofSample: StoredDay[] = [];
  const returns: Pick<StoredDay, 'stocks' | 'targets'>[] = [];
  const chosen = spread(Int32Array.from(days.keys()), STORED_DAYS);
  for (const [i, day] of chosen.entries()) {
    yield (0.6 * i) / chosen.length;
    const stored = readStoredDay(reader, day);
    scaling.add(stored);
    ofSample.push(ofStocks(stored, stocks));
    returns.push({ stocks: stored.stocks, targets: stored.targets });
  }
  const targets = probeTargets(bars, ofSample, manifest.horizons);
  yield 0.6;
  const disordered = disorderedDays(reader);
  yield 0.7;
  const duplicates = probeDuplicates(bars, parts, manifest.codes, returns, disordered);
  yield 0.8;
  const scaled = scaling.findings(readFirstRows(reader));
  yield 0.9;
  return {
    targets,
    duplicates,
    scaling: scaled,
    graph: auditGraph(bars, graph, manifest.graph),
    remaining: remainingStocks(reader, LAST_DAYS),
    days: ofSample,
  };
}
