// Owns which panel a page looks at: the one in its address (?panel=), else the newest.
import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { PanelListing } from '../../../core/contract/views/features.ts';
import { useFormats } from '../../lib/formats.ts';
import { useMessages } from '../../lib/i18n.ts';
import { useReading } from '../../lib/reading.ts';
import { PANELS } from '../../lib/readings.ts';
import type { CallState } from '../../lib/use-call.ts';
import { messages } from './messages.ts';

export interface Panels {
  readonly list: CallState<PanelListing[]>;
  /** undefined until the list is there, and where there is none. */
  readonly panel: ComputedRef<PanelListing | undefined>;
  /** The address names a panel that is not there. */
  readonly missing: ComputedRef<boolean>;
  choose(id: string): Promise<void>;
  textOf(listing: PanelListing): string;
}

export function usePanels(): Panels {
  const t = useMessages(messages);
  const format = useFormats();
  const route = useRoute();
  const router = useRouter();
  const list = useReading(PANELS);
  const asked = computed(() => String(route.query.panel ?? ''));
  const found = computed(() => list.data.value?.find(({ panel }) => panel.id === asked.value));
  return {
    list,
    panel: computed(() => found.value ?? list.data.value?.[0]),
    missing: computed(() => asked.value !== '' && list.data.value !== undefined && !found.value),
    choose: async (id) => {
      if (!list.data.value?.some(({ panel }) => panel.id === id)) await list.refresh(); // built just now
      await router.replace({ query: { ...route.query, panel: id } });
    },
    textOf: ({ panel, dataset, version, featureSet, features }) =>
      t('text', {
        dataset,
        version,
        set: featureSet ?? t('features', { n: features }),
        stocks: format.count(panel.stocks),
        days: format.count(panel.days),
      }),
  };
}
