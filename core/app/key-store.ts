// Owns what a place for the user's keys to sources can do. No key ever enters the workspace: not its database, logs, reports or specs.
export interface KeyStore {
  /** Encrypted by the operating system, or a file that only the user can read. */
  readonly place: 'system' | 'file';
  has(source: string): boolean;
  /** null where none is kept. @throws source/key-readable, source/key-damaged */
  get(source: string): string | null;
  set(source: string, key: string): void;
  remove(source: string): void;
}
