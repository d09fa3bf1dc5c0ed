// Owns putting an evaluation's warnings into words.
import type { EvaluationSeries } from '../../../core/contract/views/evaluations.ts';
import { useFormats } from '../../lib/formats.ts';
import { useWords } from '../../lib/field-words.ts';
import { useMessages } from '../../lib/i18n.ts';
import { messages } from './messages.ts';

type Warning = EvaluationSeries['warnings'][number];

const SHORT_MODES = new Set(['debug', 'demo']);
const IMPLAUSIBLE = 'implausible-ic';

export function useWarnings() {
  const t = useMessages(messages);
  const { mode: modeName } = useWords();
  const format = useFormats();

  function lineOf({ code, params }: Warning): string {
    const words = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        typeof value === 'number' ? writeParam(name, value) : String(value),
      ]),
    );
    return t.find(`warnings.${code}`, words) ?? code;
  }
  function writeParam(name: string, value: number): string {
    if (name === 'share') return format.percent(value);
    return Number.isInteger(value) ? format.count(value) : format.figure(value);
  }
  const list = (parts: readonly string[]) => parts.join(t('warnings.comma'));
  /** One line a metric, however many horizons it is about. */
  function implausible(warnings: readonly Warning[]): string[] {
    return (['rankIc', 'ic'] as const).flatMap((metric) => {
      const group = warnings.filter(({ code, params }) => code === IMPLAUSIBLE && params.metric === metric);
      if (group.length === 0) return [];
      const values = group.map(({ params }) => format.figure(Number(params.value), { signed: true }));
      const horizons = group.map(({ params: { horizon } }) =>
        horizon === 'overall' ? t('warnings.overall') : t('warnings.horizonDays', { n: String(horizon) }),
      );
      const words = { metric: t(`warnings.${metric}`), values: list(values), horizons: list(horizons) };
      return [t(`warnings.${IMPLAUSIBLE}`, words)];
    });
  }
  function linesOf({ warnings }: EvaluationSeries): string[] {
    const others = warnings.filter(({ code }) => code !== IMPLAUSIBLE);
    return [...new Set([...implausible(warnings), ...others.map(lineOf)])];
  }
  return {
    linesOf,
    /** What is to be said of all of them once, of the others under the checkpoint's name. */
    linesOfEach: (sides: readonly { name: string; series: EvaluationSeries }[]): string[] => {
      const lines = sides.map(({ series }) => linesOf(series));
      const common = (lines[0] ?? []).filter((line) => lines.every((others) => others.includes(line)));
      const own = lines.flatMap((its, i) =>
        its
          .filter((line) => !common.includes(line))
          .map((warning) => t('warnings.of', { checkpoint: sides[i].name, warning })),
      );
      return [...common, ...own];
    },
    /** @param config YAML of the run */
    shortRun: (config: string): string[] => {
      const mode = /^mode:\s*["']?([\w-]+)/m.exec(config)?.[1] ?? '';
      return SHORT_MODES.has(mode) ? [t('warnings.short', { mode: modeName(mode) })] : [];
    },
  };
}
