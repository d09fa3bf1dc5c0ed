// Owns quoting for SQL texts.

/** A text literal. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** An identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path literal that means this one file: DuckDB would read *, ? and [ as patterns. */
export function sqlPath(path: string): string {
  return sqlText(path.replaceAll(/[*?[]/g, (sign) => `[${sign}]`));
}
