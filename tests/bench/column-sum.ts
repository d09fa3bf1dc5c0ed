// Owns what becomes of a column that is measured alone: it is turned to single precision and summed.

/** @returns how many values are missing @throws where the column has no sum */
export function countMissing(name: string, values: Float64Array): number {
  const column = new Float32Array(values);
  let [sum, known] = [0, 0];
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  if (!Number.isFinite(sum)) throw new Error(`${name} has no sum`);
  return column.length - known;
}
