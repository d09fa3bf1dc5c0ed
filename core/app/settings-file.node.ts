// Owns the workspace's settings.json: read with defaults where a key is missing or wrong, written as a whole. Keys that this version
// does not know are kept as they are.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import { type Settings, SETTINGS_DEFAULTS, settingsSchema } from '../contract/views/workspace.ts';

const FILE = 'settings.json';

export class SettingsFile {
  readonly #path: string;
  readonly #onDamage: (problem: string) => void;
  /** As the file has it, unknown keys and all; undefined before it was read. */
  #stored: Record<string, unknown> | undefined;
  #damaged = false;

  /** @param onDamage told, once, that the file could not be read and that the defaults hold; the next set puts it aside as settings.json.damaged */
  constructor(workspace: string, onDamage: (problem: string) => void) {
    this.#path = join(workspace, FILE);
    this.#onDamage = onDamage;
  }

  get(): Settings {
    const stored = this.#read();
    const entries = Object.entries(settingsSchema.shape).map(([key, schema]) => {
      const parsed = schema.safeParse(stored[key]);
      return [key, parsed.success ? parsed.data : SETTINGS_DEFAULTS[key as keyof Settings]];
    });
    return Object.fromEntries(entries) as Settings;
  }

  set(patch: Partial<Settings>): Settings {
    const given = Object.entries(patch).filter(([, value]) => value !== undefined);
    const before = this.#read();
    if (this.#damaged) renameSync(this.#path, `${this.#path}.damaged`);
    this.#damaged = false;
    const stored = { ...before, ...Object.fromEntries(given) };
    writeFileAtomic(this.#path, `${JSON.stringify(stored, null, 2)}\n`);
    this.#stored = stored;
    return this.get();
  }

  #read(): Record<string, unknown> {
    this.#stored ??= this.#load();
    return this.#stored;
  }

  #load(): Record<string, unknown> {
    if (!existsSync(this.#path)) return {};
    try {
      const value: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
      throw new SyntaxError('no object');
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#damaged = true;
      this.#onDamage(error.message);
      return {};
    }
  }
}
