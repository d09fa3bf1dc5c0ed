// Owns the mode that a run was made in, read from its config as stored.

/** A run of these modes is cut short: its figures say that the chain works, not how good the model is. */
export const SHORT_MODES = ['debug', 'demo'] as const;
export type ShortMode = (typeof SHORT_MODES)[number];

/** @param config YAML of a whole config @returns "production", "debug", ...; empty where it says none */
export const modeOf = (config: string): string => /^mode:\s*["']?([\w-]+)/m.exec(config)?.[1] ?? '';

export function shortModeOf(config: string): ShortMode | null {
  const mode = modeOf(config);
  return SHORT_MODES.find((short) => short === mode) ?? null;
}
