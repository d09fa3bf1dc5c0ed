// Owns which names datasets and runs may have: they are typed after options and become names of folders and files.
// Apart from the schema, so that a form can say what is wrong with a name while it is typed.

export const LONGEST_NAME = 100;
/** Most file systems take 255 bytes a name; the rest is for what is put after it. */
export const MOST_NAME_BYTES = 200;
export const NAME_PATTERN = /^[\p{L}\p{N}]([\p{L}\p{N}._-]*[\p{L}\p{N}_-])?$/u;
/** Names that Windows keeps for devices, whatever follows after a dot. */
export const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

export function nameBytes(name: string): number {
  return new TextEncoder().encode(name).length;
}

export type NameProblem = 'empty' | 'long' | 'characters' | 'device';

/** What is wrong with a name; null where it will do. */
export function nameProblem(name: string): NameProblem | null {
  if (name === '') return 'empty';
  if (name.length > LONGEST_NAME || nameBytes(name) > MOST_NAME_BYTES) return 'long';
  if (!NAME_PATTERN.test(name)) return 'characters';
  return DEVICE_NAME.test(name) ? 'device' : null;
}

/** The nearest name that will do, to offer one: 'all stocks (5yr).csv.gz' is 'all-stocks-5yr'. */
export function suggestName(text: string): string {
  const plain = text
    .normalize('NFC')
    .replace(/(\.(csv|tsv|txt|parquet|gz|zst|duckdb|ddb|db3?|sqlite3?))+$/i, '')
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '');
  let name = '';
  for (const letter of plain) {
    if (name.length + letter.length > LONGEST_NAME || nameBytes(name + letter) > MOST_NAME_BYTES) break;
    name += letter;
  }
  name = name.replace(/[^\p{L}\p{N}_]+$/u, '');
  return nameProblem(name) === null ? name : 'bars';
}
