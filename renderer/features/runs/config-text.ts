// Owns reading a stored config for display: its keys as dotted paths, and where a run was set otherwise than its mode's files say.
import { parse } from 'yaml';
import type { PhaseRun } from '../../../core/contract/entities.ts';
import { partsOfName } from '../../../core/contract/phase-names.ts';
import type { TrainingPlan } from '../../../core/contract/views/training.ts';

/** Dotted paths to values: { 'train.loss.mse': 0.3 }. */
export function configValues(yaml: string): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (value: unknown, path: string): void => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
    else leaves.set(path, value);
  };
  walk(parse(yaml), '');
  return leaves;
}

/** [1, 2], holdout, null */
export function valueText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
}

export interface SettingDifference {
  path: string;
  default: unknown;
  here: unknown;
  /** Phase runs that have it so. */
  phases: string[];
}

/** What every run, phase and fold sets for itself says nothing about a choice. */
const OWN = new Set(['data.dataset', 'mode', 'train.phase', 'data.split.fold']);

/** @param defaults a plan of the same mode without overrides @returns a row each, the phases that share it joined */
export function settingDifferences(
  defaults: TrainingPlan['phases'],
  phases: readonly Pick<PhaseRun, 'phase' | 'config'>[],
): SettingDifference[] {
  const found = new Map<string, SettingDifference>();
  for (const { phase, config } of phases) {
    const planned = defaults.find((candidate) => candidate.phase === partsOfName(phase).name);
    if (!planned) continue;
    for (const [path, here] of configValues(config)) {
      const standard = planned.settings[path];
      if (OWN.has(path) || !(path in planned.settings) || valueText(standard) === valueText(here)) continue;
      const key = `${path} ${valueText(here)} ${valueText(standard)}`;
      const before = found.get(key);
      if (before) before.phases.push(phase);
      else found.set(key, { path, default: standard, here, phases: [phase] });
    }
  }
  return [...found.values()];
}

/** Overrides as the address of the training page takes them, those of single phases named: "phase2_gat:train.max_epochs=3". */
export function variationOverrides(differences: readonly SettingDifference[], phases: number): string[] {
  return differences.flatMap(({ path, here, phases: own }) => {
    const text = `${path}=${JSON.stringify(here)}`;
    return own.length === phases ? [text] : [...new Set(own.map((name) => `${partsOfName(name).name}:${text}`))];
  });
}

/** 0, 1, ... as a plan names them; each once. */
export function phaseNumbers(phases: readonly Pick<PhaseRun, 'phase'>[]): number[] {
  const numbers = phases.flatMap(({ phase }) => {
    const digits = /^phase(\d+)_/.exec(partsOfName(phase).name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}
