// Owns the shape of a migration.
export interface Migration {
  /** The schema version after it; versions run 1, 2, ... without a gap. */
  readonly version: number;
  readonly name: string;
  /** Statements that take a database from the version before; run in one transaction. */
  readonly sql: string;
}
