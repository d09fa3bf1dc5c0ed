// Owns the draft of the next run while the window is open: it outlives the page, so that one can look something up and come back.
import { shallowRef } from 'vue';
import { type Draft, freshDraft } from './draft.ts';

const draft = shallowRef<Draft>(freshDraft());

export function useDraft() {
  return {
    draft,
    change: (next: Draft): void => {
      draft.value = next;
    },
  };
}
