// Owns the draft of the next run: what the user has chosen so far, the call that it becomes, and what other pages ask for by address.
import type { LocationQuery } from 'vue-router';
import type { Api } from '../../../core/contract/api.ts';
import type { CallInput } from '../../../core/contract/rpc.ts';

export const MODES = ['debug', 'full', 'production'] as const;
export type Mode = (typeof MODES)[number];

/** Texts by path: { 'train.max_epochs': '5' }. */
export type Overrides = Readonly<Record<string, string>>;

export interface Draft {
  readonly dataset: string | null;
  readonly mode: Mode;
  readonly phases: readonly number[];
  /** Whose weights the first phase starts from; null: fresh weights. */
  readonly checkpoint: string | null;
  readonly name: string;
  /** Keeps the last state of every phase too, not only the best. */
  readonly keepLast: boolean;
  /** For all phases; and for single ones, by name, after those. */
  readonly shared: Overrides;
  readonly single: Readonly<Record<string, Overrides>>;
}

export const ALL_PHASES: readonly number[] = [0, 1, 2, 3, 4];

export const freshDraft = (): Draft => ({
  dataset: null,
  mode: 'full',
  phases: ALL_PHASES,
  checkpoint: null,
  name: '',
  keepLast: false,
  shared: {},
  single: {},
});

const lines = (overrides: Overrides): string[] => Object.entries(overrides).map(([path, text]) => `${path}=${text}`);

/** With the first of the datasets where it names none of them, and with it as it is where it does. */
export function withKnownDataset(draft: Draft, known: readonly string[]): Draft {
  if (known.length === 0 || known.some((name) => name === draft.dataset)) return draft;
  return { ...draft, dataset: known[0], checkpoint: null };
}

/** null while no dataset is chosen. */
export function planInput(draft: Draft): CallInput<Api, 'training.plan'> | null {
  if (draft.dataset === null || draft.phases.length === 0) return null;
  const single = Object.entries(draft.single).filter(([, overrides]) => Object.keys(overrides).length > 0);
  return {
    dataset: draft.dataset,
    phases: [...draft.phases],
    overrides: [`mode=${draft.mode}`, ...lines(draft.shared)],
    phaseOverrides: Object.fromEntries(single.map(([phase, overrides]) => [phase, lines(overrides)])),
    ...(draft.checkpoint === null ? {} : { resumeCheckpoint: draft.checkpoint }),
  };
}

export function startInput(draft: Draft): CallInput<Api, 'training.start'> | null {
  const input = planInput(draft);
  if (!input) return null;
  const name = draft.name.trim();
  return { ...input, savePhaseCheckpoint: draft.keepLast, ...(name ? { name } : {}) };
}

/** Sets one value, of one phase or (phase null) of all; null takes the value back to what the files say. */
export function withSetting(draft: Draft, phase: string | null, path: string, text: string | null): Draft {
  const change = (overrides: Overrides): Overrides => {
    const { [path]: _, ...rest } = overrides;
    return text === null ? rest : { ...rest, [path]: text };
  };
  if (phase !== null) return { ...draft, single: { ...draft.single, [phase]: change(draft.single[phase] ?? {}) } };
  // What holds for all phases would be hidden by what a single one said before.
  const single = Object.fromEntries(
    Object.entries(draft.single).map(([name, { [path]: _, ...rest }]) => [name, rest] as const),
  );
  return { ...draft, shared: change(draft.shared), single };
}

/** Takes every value of a phase back, or (phase null) of all of them. What was chosen of dataset and mode stays. */
export function withoutSettings(draft: Draft, phase: string | null): Draft {
  if (phase === null) return { ...draft, shared: {}, single: {} };
  const { [phase]: _, ...single } = draft.single;
  return { ...draft, single };
}

export function withPhase(draft: Draft, phase: number, included: boolean): Draft {
  const phases = draft.phases.filter((other) => other !== phase);
  return { ...draft, phases: included ? [...phases, phase].sort((a, b) => a - b) : phases };
}

/** Texts that the user set and that hold for `phase`, its own before those of all. */
export function ownText(draft: Draft, phase: string, path: string): string | undefined {
  return draft.single[phase]?.[path] ?? draft.shared[path];
}

export function countSettings(draft: Draft): number {
  const single = Object.values(draft.single).reduce((sum, overrides) => sum + Object.keys(overrides).length, 0);
  return Object.keys(draft.shared).length + single;
}

const texts = (value: LocationQuery[string] | undefined): string[] =>
  (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string' && text !== '') as string[];

/**
 * Takes over what an address asks for: ?dataset=name&checkpoint=id&mode=debug&phases=0,1&override=path=value (as often as needed; of one
 * phase as override=phase2_gat:path=value).
 * @returns the draft as it was where the address asks for nothing
 */
export function withQuery(draft: Draft, query: LocationQuery): Draft {
  const [dataset = draft.dataset] = texts(query.dataset);
  const [checkpoint = draft.checkpoint] = texts(query.checkpoint);
  const [modeText] = texts(query.mode);
  const [phaseText] = texts(query.phases);
  const phases = phaseText
    ?.split(',')
    .map(Number)
    .filter((phase) => ALL_PHASES.includes(phase));
  let next = draft;
  for (const override of texts(query.override)) {
    const [, phase = null, path, text] = /^(?:(phase\d+_\w+):)?([\w.]+)=(.*)$/s.exec(override) ?? [];
    if (path !== undefined && text !== undefined) next = withSetting(next, phase, path, text);
  }
  return {
    ...draft,
    dataset,
    checkpoint,
    mode: MODES.find((mode) => mode === modeText) ?? draft.mode,
    phases: phases?.length ? phases : draft.phases,
    shared: next.shared,
    single: next.single,
  };
}
