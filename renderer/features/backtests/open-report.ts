// Owns showing a written report: with the system's program where the shell can, else in a tab of the browser.
import { computed, type ComputedRef } from 'vue';
import type { Capability } from '../../../core/contract/calls/shell.ts';
import { useClient } from '../../lib/client.ts';
import { useAction } from '../../lib/use-action.ts';
import { useCall } from '../../lib/use-call.ts';

/** Where the host serves a report. @param path absolute, or relative to the workspace */
export function reportAddress(path: string): string {
  return `/files/reports/${encodeURIComponent(path.split(/[\\/]/).at(-1) ?? '')}`;
}

export function useReports(): {
  can: ComputedRef<(capability: Capability) => boolean>;
  open: (path: string) => void;
} {
  const client = useClient();
  const { data } = useCall('shell.capabilities', () => ({}));
  const can = computed(() => (capability: Capability) => data.value?.capabilities.includes(capability) ?? false);
  const openPath = useAction((path: string) => client.call('shell.openPath', { path }));
  function open(path: string): void {
    if (can.value('open-path')) void openPath.run(path);
    else window.open(reportAddress(path), '_blank', 'noopener');
  }
  return { can, open };
}
