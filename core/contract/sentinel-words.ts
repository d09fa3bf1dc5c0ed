// Owns what clients need to speak of leakage reports: probes, verdicts, findings and statistics, with their texts in both languages.
export {
  fillWords,
  LEAK_WORDS,
  leakText,
  PROBE_WORDS,
  SKIP_WORDS,
  STATISTIC_WORDS,
  VERDICT_WORDS,
} from '../base/sentinel-words.ts';
export {
  LEAK_CODES,
  type LeakCode,
  PROBES,
  type ProbeName,
  STATISTICS,
  VERDICTS,
  type Verdict,
} from '../base/sentinel.ts';
