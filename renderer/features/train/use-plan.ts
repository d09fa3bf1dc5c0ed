// Owns the plan of the draft: asked for when the user has rested a moment, the last good one kept while something is wrong.
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { SettingField, TrainingPlan } from '../../../core/contract/views/training.ts';
import { useErrorText } from '../../lib/error-text.ts';
import { useCall } from '../../lib/use-call.ts';
import { ALL_PHASES, type Draft, planInput } from './draft.ts';
import { PLAN_TOPICS } from './readings.ts';

const REST_MS = 250;

export function usePlan(draft: () => Draft) {
  const errorText = useErrorText();
  const rested = shallowRef(draft());
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(draft, (now, before) => {
    clearTimeout(timer);
    // Another dataset is a choice, not typing: it need not rest.
    if (now.dataset !== before.dataset) rested.value = now;
    else timer = setTimeout(() => (rested.value = now), REST_MS);
  });
  onScopeDispose(() => clearTimeout(timer));

  const call = useCall('training.plan', () => planInput(rested.value), { topics: PLAN_TOPICS });
  // Phases that are left out are still shown: what they would be is asked for apart.
  const leavesOut = computed(() => rested.value.phases.length < ALL_PHASES.length);
  const whole = useCall('training.plan', () =>
    leavesOut.value ? planInput({ ...rested.value, phases: ALL_PHASES, checkpoint: null }) : null,
  );

  const plan = call.data;
  const phases = shallowRef<TrainingPlan['phases']>([]);
  const fields = shallowRef<readonly SettingField[]>([]);
  watch(
    [plan, whole.data],
    () => {
      const found = [...(whole.data.value?.phases ?? []), ...(plan.value?.phases ?? [])];
      const byNumber = new Map([...phases.value, ...found].map((phase) => [phase.number, phase]));
      if (found.length > 0) phases.value = [...byNumber.values()].sort((a, b) => a.number - b.number);
      if (plan.value && plan.value.fields.length > 0) fields.value = plan.value.fields;
    },
    { immediate: true },
  );
  const problems = computed(() =>
    (plan.value?.problems ?? []).map((problem) => ({ ...problem, ...errorText(problem.error) })),
  );
  /** By path, of those that hold for `phase`; null: for any. */
  const problemsOf = (phase: string | null): ReadonlyMap<string, string> =>
    new Map(
      problems.value.flatMap((problem) =>
        problem.path !== null && (phase === null || problem.phase === null || problem.phase === phase)
          ? [[problem.path, problem.detail] as const]
          : [],
      ),
    );
  /** What is shown belongs to what is chosen. */
  const settled = computed(() => rested.value === draft() && !call.loading.value);
  return { plan, phases, fields, problems, problemsOf, settled, error: call.error, refresh: call.refresh };
}
