// Owns the window of a heat map onto its cells: which part is seen, zoomed and moved within the bounds. Pure arithmetic.

export interface MapView {
  /** Cell coordinates of the top left corner. */
  x: number;
  y: number;
  /** Pixels a cell. */
  sx: number;
  sy: number;
}

export interface MapSize {
  rows: number;
  columns: number;
  /** Pixels of the drawing area. */
  width: number;
  height: number;
}

const LARGEST_CELL = 48;

/** Everything in view, cells as large as fits. */
export function fitView({ rows, columns, width, height }: MapSize): MapView {
  return { x: 0, y: 0, sx: width / Math.max(1, columns), sy: height / Math.max(1, rows) };
}

/** Keeps the view on the map: never smaller than all of it, never beyond its edges. */
export function bounded(view: MapView, size: MapSize): MapView {
  const fit = fitView(size);
  const sx = Math.min(Math.max(view.sx, fit.sx), Math.max(fit.sx, LARGEST_CELL));
  const sy = Math.min(Math.max(view.sy, fit.sy), Math.max(fit.sy, LARGEST_CELL));
  return {
    sx,
    sy,
    x: Math.min(Math.max(view.x, 0), size.columns - size.width / sx),
    y: Math.min(Math.max(view.y, 0), size.rows - size.height / sy),
  };
}

/** Zooms by `factor` about the pixel (px, py), which stays where it is. */
export function zoomed(view: MapView, factor: number, px: number, py: number, size: MapSize): MapView {
  const next = bounded({ ...view, sx: view.sx * factor, sy: view.sy * factor }, size);
  return bounded({ ...next, x: view.x + px / view.sx - px / next.sx, y: view.y + py / view.sy - py / next.sy }, size);
}

/** Moves by pixels, as a drag does: what is under the pointer goes along. */
export function moved(view: MapView, dx: number, dy: number, size: MapSize): MapView {
  return bounded({ ...view, x: view.x - dx / view.sx, y: view.y - dy / view.sy }, size);
}

/** Moves as little as is needed to have a cell in view. */
export function revealing(view: MapView, row: number, column: number, size: MapSize): MapView {
  const across = size.width / view.sx;
  const down = size.height / view.sy;
  const x = column < view.x ? column : column + 1 > view.x + across ? column + 1 - across : view.x;
  const y = row < view.y ? row : row + 1 > view.y + down ? row + 1 - down : view.y;
  return bounded({ ...view, x, y }, size);
}

/** Every n-th label such that two do not come nearer than `least` pixels; n is 1, 2 or 5 times a power of ten. */
export function labelStep(cell: number, least: number): number {
  const wanted = least / cell;
  if (wanted <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wanted) ?? 10 * power;
}
