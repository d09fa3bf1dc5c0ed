// Owns what the desktop remembers between starts: windows and recent workspaces, in one small file of the user's own.
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../core/base/atomic-file.node.ts';
import { type WindowState, windowStateSchema } from './window-state.ts';

const MOST_RECENT = 10;

const memorySchema = z.object({
  /** Folders of workspaces, the last opened first. */
  recent: z.array(z.string()).default([]),
  windows: z.record(z.string(), windowStateSchema).default({}),
});
export type Memory = z.infer<typeof memorySchema>;

/** What cannot be read is forgotten: nothing in it is worth stopping for. */
export function parseMemory(text: string): Memory {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = {};
  }
  const parsed = memorySchema.safeParse(value);
  return parsed.success ? parsed.data : memorySchema.parse({});
}

export function withRecent(memory: Memory, workspace: string): Memory {
  const recent = [workspace, ...memory.recent.filter((other) => other !== workspace)].slice(0, MOST_RECENT);
  return { recent, windows: onlyOf(recent, memory.windows) };
}

export function withWindow(memory: Memory, workspace: string, state: WindowState): Memory {
  return { ...memory, windows: { ...memory.windows, [workspace]: state } };
}

/** States of workspaces that are no longer listed would pile up. */
function onlyOf(recent: readonly string[], windows: Memory['windows']): Memory['windows'] {
  return Object.fromEntries(Object.entries(windows).filter(([workspace]) => recent.includes(workspace)));
}

export class MemoryFile {
  readonly #path: string;
  value: Memory;

  constructor(path: string) {
    this.#path = path;
    this.value = parseMemory(existsSync(path) ? readFileSync(path, 'utf8') : '{}');
  }

  update(change: (memory: Memory) => Memory): void {
    this.value = change(this.value);
    writeFileAtomic(this.#path, JSON.stringify(this.value, null, 2));
  }
}
