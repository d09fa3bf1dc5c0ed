// Owns how the interface looks to this user: language, theme, density. The workspace's settings keep it; a copy in the browser spares
// the first paint the wrong theme.
import { computed, type Ref, ref, watch } from 'vue';
import type { Settings } from '../../core/contract/views/workspace.ts';
import type { HostClient } from './host-client.ts';
import { locale, systemLocale } from './i18n.ts';
import type { Mode } from './palette.ts';

export type Preferences = Pick<Settings, 'locale' | 'theme' | 'density'>;

const STORED_AS = 'phasor.preferences';
const DEFAULTS: Preferences = { locale: 'auto', theme: 'auto', density: 'comfortable' };

function stored(): Preferences {
  const text = localStorage.getItem(STORED_AS);
  return text === null ? DEFAULTS : { ...DEFAULTS, ...(JSON.parse(text) as Partial<Preferences>) };
}

export const preferences: Ref<Preferences> = ref(DEFAULTS);
const systemDark = ref(false);

/** The mode in force. */
export const mode: Ref<Mode> = computed(() => {
  const { theme } = preferences.value;
  return theme === 'auto' ? (systemDark.value ? 'dark' : 'light') : theme;
});

/** Takes the browser's copy and follows the system; call once, before the first paint. */
export function startPreferences(target: Window): void {
  preferences.value = stored();
  const dark = target.matchMedia('(prefers-color-scheme: dark)');
  systemDark.value = dark.matches;
  dark.addEventListener('change', ({ matches }) => (systemDark.value = matches));
  watch(
    preferences,
    (now) => {
      localStorage.setItem(STORED_AS, JSON.stringify(now));
      locale.value = now.locale === 'auto' ? systemLocale(target.navigator.languages) : now.locale;
    },
    { immediate: true },
  );
}

/** Takes over what the workspace holds, now and whenever another window changes it. */
export function followSettings(client: HostClient): void {
  async function take(): Promise<void> {
    const { locale, theme, density } = await client.call('settings.get', {});
    preferences.value = { locale, theme, density };
  }
  // A host that cannot be asked leaves the copy in force; the connection's state tells of it.
  const attempt = () => void take().catch(() => undefined);
  watch(client.epoch, attempt);
  client.onChanges((topics) => {
    if (topics.includes('settings')) attempt();
  });
}

/** Changes how things look at once, and keeps it with the workspace. @throws AppError where it cannot be kept */
export async function setPreferences(client: HostClient, patch: Partial<Preferences>): Promise<void> {
  preferences.value = { ...preferences.value, ...patch };
  await client.call('settings.set', patch);
}
