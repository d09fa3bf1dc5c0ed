// Owns what can be done from anywhere: commands that pages add while they are shown, and the keys that start them.
import { onScopeDispose, shallowReactive } from 'vue';

export interface Command {
  /** Unique: 'runs.compare'. A later command of the same id takes the earlier one's place. */
  id: string;
  /** As it reads in the palette, in the reader's language. */
  title: () => string;
  /** Heading in the palette and in the list of shortcuts. */
  group?: () => string;
  /** Keys, as 'mod+k' (Ctrl, or Cmd on a Mac), '?', or one after the other: 'g r'. */
  shortcut?: string;
  /** Other words by which it is found. */
  keywords?: string;
  /** False hides it for now. */
  enabled?: () => boolean;
  run: () => unknown;
}

const registered = shallowReactive(new Map<string, Command>());

/** Adds commands until the calling component goes. */
export function useCommands(commands: readonly Command[]): void {
  for (const command of commands) registered.set(command.id, command);
  onScopeDispose(() => {
    for (const command of commands) if (registered.get(command.id) === command) registered.delete(command.id);
  });
}

export function availableCommands(): Command[] {
  return [...registered.values()].filter(({ enabled }) => enabled?.() ?? true);
}

/** Commands that hold every word of `query`, those whose title begins with it first. */
export function findCommands(commands: readonly Command[], query: string): Command[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rank = (command: Command): number => {
    const title = command.title().toLocaleLowerCase();
    const all = `${title} ${command.group?.().toLocaleLowerCase() ?? ''} ${command.keywords ?? ''} ${command.id}`;
    if (!words.every((word) => all.includes(word))) return -1;
    return words.length === 0 ? 0 : title.startsWith(words[0]) ? 2 : title.includes(words[0]) ? 1 : 0;
  };
  return commands
    .map((command) => ({ command, rank: rank(command) }))
    .filter((found) => found.rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ command }) => command);
}

/** What is read of a key event. */
export type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** 'mod+k', 'g', '?', 'mod+enter' */
export function nameOfKey({ key, ctrlKey, metaKey, altKey }: Key): string {
  const name = key === ' ' ? 'space' : key.toLowerCase();
  return `${ctrlKey || metaKey ? 'mod+' : ''}${altKey ? 'alt+' : ''}${name}`;
}

const SEQUENCE_MS = 1_200;

/** Follows keys, one or two at a time. @returns gives the command that a key completes */
export function shortcutMatcher(): (commands: readonly Command[], key: Key, now: number) => Command | undefined {
  let first = '';
  let firstAt = Number.NEGATIVE_INFINITY;
  return (commands, key, now) => {
    const name = nameOfKey(key);
    const sequence = now - firstAt < SEQUENCE_MS ? `${first} ${name}` : name;
    const found =
      commands.find(({ shortcut }) => shortcut === sequence) ?? commands.find(({ shortcut }) => shortcut === name);
    first = found ? '' : name;
    firstAt = now;
    return found;
  };
}

/** How a shortcut is shown: Ctrl K, ⌘ K, G then R. */
export function shortcutKeys(shortcut: string, mac: boolean): string[] {
  return shortcut.split(' ').flatMap((chord) =>
    chord.split('+').map((key) => {
      if (key === 'mod') return mac ? '⌘' : 'Ctrl';
      if (key === 'alt') return mac ? '⌥' : 'Alt';
      if (key === 'escape') return 'Esc';
      return key.length === 1 ? key.toUpperCase() : key[0].toUpperCase() + key.slice(1);
    }),
  );
}
