// Owns putting an evaluation's warnings into words.
import type { EvaluationSeries } from '../../../core/contract/views/evaluations.ts';
import { useFormats } from '../../lib/formats.ts';
import { useWords } from '../../lib/field-words.ts';
import { useMessages } from '../../lib/i18n.ts';
import { messages } from './messages.ts';

const SHORT_MODES = new Set(['debug', 'demo']);

export function useWarnings() {
  const t = useMessages(messages);
  const { mode: modeName } = useWords();
  const format = useFormats();

  function lineOf({ code, params }: EvaluationSeries['warnings'][number]): string {
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
  return {
    /** Each once. */
    linesOf: (series: readonly EvaluationSeries[]): string[] => [
      ...new Set(series.flatMap(({ warnings }) => warnings.map(lineOf))),
    ],
    /** @param config YAML of the run */
    shortRun: (config: string): string[] => {
      const mode = /^mode:\s*["']?([\w-]+)/m.exec(config)?.[1] ?? '';
      return SHORT_MODES.has(mode) ? [t('warnings.short', { mode: modeName(mode) })] : [];
    },
  };
}
