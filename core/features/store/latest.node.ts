// Owns each stock's latest row of a panel, for inference.
import { readPanelManifest } from '../panel.node.ts';
import type { PanelManifest } from '../panel.ts';
import { type ArraySource, openPanelArray } from './parts.node.ts';

export interface LatestRow {
  readonly manifest: PanelManifest;
  /** Epoch days of the panel's last days, the last one last. */
  readonly days: Int32Array;
  /** Of each code: which of `days` its latest row is of, or -1 where it is older. */
  readonly dayOf: Int32Array;
  /** [codes, features]; rows without a day are 0. */
  readonly values: Float32Array;
}

/** Trading days that are looked through for stocks that did not trade on the last. */
const LOOK_BACK = 20;

/** Reads the latest rows. @throws data/damaged-panel, data/damaged-array */
export function readLatest(folder: string, lookBack = LOOK_BACK): LatestRow {
  const manifest = readPanelManifest(folder);
  const { rows, days: dayCount, codes, features } = manifest;
  const first = Math.max(0, dayCount - 1 - lookBack);
  const days = new Int32Array(dayCount - first);
  const offsets = new Int32Array(dayCount - first + 1);
  read(folder, manifest, 'days.npy', '<i4', [dayCount], (file) => file.read(first, days));
  read(folder, manifest, 'day_offsets.npy', '<i4', [dayCount + 1], (file) => file.read(first, offsets));
  const start = offsets[0];
  const stock = new Int32Array(rows - start);
  read(folder, manifest, 'stock.npy', '<i4', [rows], (file) => file.read(start, stock));
  const width = features.length;
  const dayOf = new Int32Array(codes.length).fill(-1);
  const rowOf = new Int32Array(codes.length);
  for (let day = 0; day < days.length; day++)
    for (let row = offsets[day]; row < offsets[day + 1]; row++) {
      dayOf[stock[row - start]] = day;
      rowOf[stock[row - start]] = row;
    }
  const values = new Float32Array(codes.length * width);
  read(folder, manifest, 'features.npy', '<f4', [rows, width], (file) => {
    const last = new Float32Array((rows - offsets[days.length - 1]) * width);
    file.read(offsets[days.length - 1], last);
    for (let code = 0; code < codes.length; code++) {
      const to = values.subarray(code * width, (code + 1) * width);
      const at = (rowOf[code] - offsets[days.length - 1]) * width;
      if (dayOf[code] === days.length - 1) to.set(last.subarray(at, at + width));
      else if (dayOf[code] >= 0) file.read(rowOf[code], to);
    }
  });
  return { manifest, days, dayOf, values };
}

function read(
  folder: string,
  manifest: PanelManifest,
  name: string,
  dtype: '<i4' | '<f4',
  shape: readonly number[],
  take: (file: ArraySource) => void,
): void {
  const file = openPanelArray(folder, manifest, name, dtype, shape);
  try {
    take(file);
  } finally {
    file.close();
  }
}
