// phasor lineage: what a prediction was made of, back to the rows of the source file.
import { Command } from 'commander';
import type { LineageTrace, TracedFeature } from '../../../core/contract/views/lineage.ts';
import type { Cli } from '../command.ts';
import { counted, formatCount, formatFigure, formatTable } from '../format.ts';
import type { Output } from '../output.ts';

interface LineageOptions {
  code: string;
  day: string;
  feature?: string[];
}

type Locale = Output['locale'];

const WORDS = {
  en: {
    prediction: 'prediction',
    none: 'none of this stock on this day',
    checkpoint: 'checkpoint',
    panel: 'panel',
    dataset: 'dataset',
    source: 'source',
    weights: 'weights',
    trained: (through: string, chosen: string) => `trained through ${through}, chosen through ${chosen}`,
    shown: 'bars shown to the model',
    row: 'row',
    among: (stocks: number) => `scaled among ${counted(stocks, 'stock')} of the day`,
    extended: (days: number, key: string) => `${counted(days, 'day')} added to ${key}`,
    inputs: 'inputs',
    rows: (first: number, last: number, count: number) =>
      `rows ${formatCount(first)} to ${formatCount(last)}, ${formatCount(count)} of them`,
    unknownRows: 'rows not recorded: import it again',
    realised: 'realised',
    columns: ['feature', 'stored', 'scaled', 'looks at', 'reaches back to', 'beside prices', 'joined'],
    bars: (count: number) => counted(count, 'bar'),
    known: 'known',
  },
  ja: {
    prediction: '予測',
    none: 'この銘柄・この日の予測はありません',
    checkpoint: 'チェックポイント',
    panel: 'パネル',
    dataset: 'データセット',
    source: '元ファイル',
    weights: '重み',
    trained: (through: string, chosen: string) => `学習は ${through} まで、選択は ${chosen} まで`,
    shown: 'モデルに与えた足',
    row: '行',
    among: (stocks: number) => `同日の ${formatCount(stocks)} 銘柄の中で標準化`,
    extended: (days: number, key: string) => `${key} に ${days} 日分を追加`,
    inputs: '入力データ',
    rows: (first: number, last: number, count: number) =>
      `${formatCount(first)} 行目から ${formatCount(last)} 行目のうち ${formatCount(count)} 行`,
    unknownRows: '行の記録がありません(取り込み直すと記録されます)',
    realised: '実現',
    columns: ['特徴量', '保存値', '入力値', '参照する足', '影響が及ぶ最初の日', '価格以外の入力', '結合した行'],
    bars: (count: number) => `${formatCount(count)} 本`,
    known: '公表',
  },
} as const;

const short = (hash: string): string => hash.slice(0, 12);
const value = (figure: number | null): string => formatFigure(figure, 5);

function featureRow(feature: TracedFeature, locale: Locale): string[] {
  const words = WORDS[locale];
  const { window, joined, inputs, reachesBack } = feature;
  return [
    feature.name,
    value(feature.stored),
    value(feature.scaled),
    `${window.first} (${words.bars(window.bars)})`,
    reachesBack,
    inputs.join(', ') || '-',
    joined.map(({ table, period, known }) => `${table} ${period}, ${words.known} ${known}`).join('; ') || '-',
  ];
}

export function lineageText(trace: LineageTrace, locale: Locale): string {
  const words = WORDS[locale];
  const { prediction, checkpoint, panel, dataset, sources } = trace;
  const median = prediction ? prediction.quantiles.indexOf(0.5) : -1;
  const forecast = prediction?.horizons.map((horizon, h) => {
    const point = prediction.predicted[h][Math.max(0, median)];
    return `${horizon}d ${value(point)} (${words.realised} ${value(prediction.realised[h])})`;
  });
  const lines = [
    `${words.prediction}  ${trace.code} ${trace.day}: ${forecast?.join(', ') ?? words.none}`,
    `${words.checkpoint}  ${checkpoint.run} ${checkpoint.phase}, ${short(checkpoint.hash)}, ${words.weights} ${short(checkpoint.weights)}; ` +
      words.trained(checkpoint.trainedThrough, checkpoint.chosenThrough),
    `  ${words.shown}: ${checkpoint.sequence.first} … ${checkpoint.sequence.last} (${words.bars(checkpoint.sequence.bars)})`,
    `${words.panel}  ${short(panel.key)}, ${words.row} ${formatCount(panel.row)}; ${words.among(panel.scaledAmong)}` +
      (panel.extends ? `; ${words.extended(panel.extends.days, short(panel.extends.key))}` : '') +
      (panel.inputs ? `; ${words.inputs} ${short(panel.inputs)}` : ''),
    `${words.dataset}  ${dataset.name} v${dataset.version}, ${short(dataset.contentHash)}, ${dataset.folder}/bars.parquet ` +
      `${words.row} ${formatCount(dataset.bars.firstRow)} … ${formatCount(dataset.bars.lastRow)} (${dataset.bars.first} … ${dataset.bars.last})`,
    ...sources.map(
      ({ path, sha256, rows }) =>
        `${words.source}  ${path}, sha256 ${short(sha256)}, ${rows ? words.rows(rows.first, rows.last, rows.count) : words.unknownRows}`,
    ),
  ];
  const rows = trace.features.map((feature) => featureRow(feature, locale));
  return [...lines, '', formatTable([...words.columns], rows)].join('\n');
}

export function lineageCommand(cli: Cli): Command {
  return new Command('lineage')
    .description('show what a prediction was made of: checkpoint, panel row, features, bars, rows of the source file')
    .argument('<of>', 'run or checkpoint')
    .requiredOption('--code <code>', 'the stock')
    .requiredOption('--day <day>', 'the day of the forecast, YYYY-MM-DD')
    .option('--feature <name...>', 'only these features')
    .addHelpText(
      'after',
      '\nExamples:\n  phasor lineage my-run --code 7203 --day 2017-05-10\n  phasor lineage 4T92HK --code AAPL --day 2017-05-10 --feature rsi_14 --json',
    )
    .action(async (of: string, { code, day, feature }: LineageOptions, command: Command) => {
      await cli.act(command, 'read', async ({ client, out }) => {
        const trace = await client.call('lineage.trace', { of, code, day, features: feature });
        out.result(trace, lineageText(trace, out.locale));
      });
    });
}
