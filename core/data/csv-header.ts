// Owns reading the first line of a CSV: which sign separates its columns, and what they are called.
import { AppError } from '../base/errors.ts';
import { candidateFormats } from './dates.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Splits one line; quotes may hold delimiters and doubled quotes. */
export function splitLine(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i];
    if (sign === '"' && quoted && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += sign;
  }
  cells.push(cell);
  return cells.map((text) => text.trim());
}

/**
 * @param start the beginning of the file, as text
 * @returns names made distinct, empty ones called 'column N'
 * @throws data/empty-file, data/wrong-delimiter, data/no-header
 */
export function readHeader(file: string, start: string): { delimiter: string; names: string[] } {
  const line = start.replace(/^\ufeff/, '').split(/\r\n|\r|\n/, 1)[0];
  if (start.trim() === '') throw new AppError('data/empty-file', { file });
  const header = line.slice(0, 120);
  const [delimiter, cells] = DELIMITERS.map((sign) => [sign, splitLine(line, sign)] as const).reduce((best, next) =>
    next[1].length > best[1].length ? next : best,
  );
  if (cells.length < 2) throw new AppError('data/wrong-delimiter', { file, header });
  const values = cells.filter(
    (cell) => (cell !== '' && Number.isFinite(Number(cell))) || candidateFormats([cell]).length > 0,
  );
  if (values.length >= 2) throw new AppError('data/no-header', { file, header });

  const seen = new Map<string, number>();
  const names = cells.map((cell, index) => {
    const name = cell === '' ? `column ${index + 1}` : cell;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
  return { delimiter, names };
}
