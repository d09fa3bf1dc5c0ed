// Owns the commands that are there on every page, and the keys that start any command.
import { onScopeDispose, type Ref, ref } from 'vue';
import { useRouter } from 'vue-router';
import { useClient } from '../lib/client.ts';
import { availableCommands, type Command, shortcutMatcher, useCommands } from '../lib/commands.ts';
import { useMessages } from '../lib/i18n.ts';
import { type Preferences, setPreferences } from '../lib/preferences.ts';
import { useAction } from '../lib/use-action.ts';
import { messages } from './messages.ts';
import type { PageTitle } from './router.ts';

const DESTINATIONS: readonly [path: string, title: PageTitle, shortcut: string][] = [
  ['/', 'overview', 'g o'],
  ['/datasets', 'datasets', 'g d'],
  ['/import', 'import', 'g i'],
  ['/features', 'features', 'g f'],
  ['/graph', 'graph', 'g g'],
  ['/train', 'train', 'g t'],
  ['/runs', 'runs', 'g r'],
  ['/compare', 'compare', 'g c'],
  ['/backtests', 'backtests', 'g b'],
  ['/jobs', 'jobs', 'g j'],
  ['/settings', 'settings', 'g s'],
];

export function useAppCommands(): { paletteOpen: Ref<boolean>; shortcutsOpen: Ref<boolean> } {
  const t = useMessages(messages);
  const router = useRouter();
  const client = useClient();
  const paletteOpen = ref(false);
  const shortcutsOpen = ref(false);
  const change = useAction((patch: Partial<Preferences>) => setPreferences(client, patch));

  const view = (id: string, title: () => string, patch: Partial<Preferences>): Command => ({
    id: `view.${id}`,
    title,
    group: () => t('palette.view'),
    run: () => change.run(patch),
  });
  useCommands([
    ...DESTINATIONS.map(([path, title, shortcut]) => ({
      id: `go.${title}`,
      title: () => t(`pages.${title}`),
      group: () => t('palette.goTo'),
      shortcut,
      keywords: title,
      run: () => router.push(path),
    })),
    view('theme.auto', () => t('palette.theme.auto'), { theme: 'auto' }),
    view('theme.light', () => t('palette.theme.light'), { theme: 'light' }),
    view('theme.dark', () => t('palette.theme.dark'), { theme: 'dark' }),
    view('density.comfortable', () => t('palette.comfortable'), { density: 'comfortable' }),
    view('density.compact', () => t('palette.compact'), { density: 'compact' }),
    view('language.en', () => t('palette.english'), { locale: 'en' }),
    view('language.ja', () => t('palette.japanese'), { locale: 'ja' }),
    {
      id: 'help.palette',
      title: () => t('palette.open'),
      group: () => t('palette.help'),
      shortcut: 'mod+k',
      run: () => (paletteOpen.value = !paletteOpen.value),
    },
    {
      id: 'help.shortcuts',
      title: () => t('palette.shortcuts'),
      group: () => t('palette.help'),
      shortcut: '?',
      run: () => (shortcutsOpen.value = true),
    },
  ]);

  const match = shortcutMatcher();
  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || ['Control', 'Meta', 'Shift', 'Alt'].includes(event.key)) return;
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (plain && isTyping(event.target)) return;
    const inDialog = document.querySelector('dialog[open], [role="dialog"]') !== null;
    const commands = availableCommands().filter(({ id }) => !inDialog || id === 'help.palette');
    const command = match(commands, event, performance.now());
    if (!command) return;
    event.preventDefault();
    void command.run();
  }
  window.addEventListener('keydown', onKey);
  onScopeDispose(() => window.removeEventListener('keydown', onKey));
  return { paletteOpen, shortcutsOpen };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
