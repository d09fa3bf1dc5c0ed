// The training step against PyTorch, eager and compiled: the same model, data shapes, losses and optimiser on both sides, each
// measurement in a process of its own, taking turns so that a busy machine is as unkind to one as to the other.
import { type BenchOptions, count, median, mebibytes, ratioOf, runOwn, selected, table, counted } from './measure.ts';
import { missingPeer, runPeer } from './peer.ts';

const STOCKS = 512;
const GOAL = 1.3;
const CASES = [64, 256].flatMap((hidden) => [1, 2].map((threads) => ({ hidden, threads })));

type Figures = Record<string, number>;

export async function benchStep(options: BenchOptions): Promise<string> {
  const rows: string[][] = [];
  const remarks: string[] = [];
  const missing = missingPeer('torch', options);
  if (missing) console.log(`  ${missing}`);
  for (const { hidden, threads } of CASES) {
    if (!selected(`${hidden}x${threads}`, options)) continue;
    const args = [STOCKS, hidden, threads].map(String);
    const sides: Record<'ours' | 'eager' | 'compiled', Figures[]> = { ours: [], eager: [], compiled: [] };
    for (let round = 0; round < options.rounds; round++) {
      sides.ours.push(await runOwn('step-child.ts', args));
      for (const [side, flags] of [
        ['eager', []],
        ['compiled', ['--compile']],
      ] as const) {
        const figures = await runPeer('torch', [...args, ...flags], options);
        if (figures) sides[side].push(figures);
      }
    }
    const [{ params, first, loss, build_ms, session_ms }] = sides.ours;
    for (const [side, all] of Object.entries(sides))
      for (const figures of all)
        if (!(figures.loss < figures.first))
          throw new Error(
            `${side}: the loss went from ${figures.first} to ${figures.loss}, so this is no training step`,
          );
    const times = (all: Figures[]) => all.map((figures) => figures.median_ms);
    const peak = (all: Figures[]) => mebibytes(median(all.map((figures) => figures.peak_kib)));
    const cells = (all: Figures[]) => [`${median(times(all)).toFixed(1)} ms`, peak(all)];
    const peerCells = (all: Figures[]) =>
      all.length === 0 ? ['not measured', '', ''] : [...cells(all), ratioOf(times(sides.ours), times(all))];
    rows.push([
      `${hidden}`,
      `${threads}`,
      ...cells(sides.ours),
      ...peerCells(sides.eager),
      ...peerCells(sides.compiled),
    ]);
    console.log(`  ${rows.at(-1)!.join('  ')}`);
    const peer = sides.eager[0];
    remarks.push(
      `hidden ${hidden}, ${counted(threads, 'thread')}: ${count(params)} weights${peer ? ` (peer ${count(peer.params)})` : ''}, ` +
        `loss ${first.toFixed(3)} to ${loss.toFixed(3)}${peer ? ` (peer ${peer.first.toFixed(3)} to ${peer.loss.toFixed(3)})` : ''}, ` +
        `graph built in ${build_ms.toFixed(0)} ms, session in ${session_ms.toFixed(0)} ms`,
    );
  }
  if (rows.length === 0) return 'Not measured: --only leaves no case.';
  return [
    `One step (forward, backward, clip, AdamW) at ${STOCKS} stocks x 20 days x 64 features; medians of ${counted(options.rounds, 'round')} of up to ` +
      `200 steps, taking turns. A ratio above 1 says how many times as long the peer takes (in brackets, the least and the most of one round); goal ${GOAL}. Peak memory is that of the whole process.` +
      (missing ? ` Peer: ${missing}.` : ''),
    table(
      ['hidden', 'threads', 'Phasor', 'peak', 'PyTorch eager', 'peak', 'ratio', 'PyTorch compiled', 'peak', 'ratio'],
      rows,
    ),
    remarks.map((remark) => `- ${remark}`).join('\n'),
  ].join('\n\n');
}
