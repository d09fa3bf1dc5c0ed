// Owns where the stocks of a graph stand: on a circle, sector by sector, and which stock is at a point.

export interface Layout {
  /** Unit circle coordinates of each stock. */
  x: Float64Array;
  y: Float64Array;
  /** Index into `sectors` of each stock. */
  sectorOf: Int32Array;
  /** Sectors in the order in which they stand, each with its arc in radians; null for stocks without one. */
  sectors: { name: string | null; from: number; to: number; stocks: number }[];
}

/** Between two sectors, in places of stocks, where there are many; fewer where there are few. */
const GAP_SHARE = 0.12;

/** Sectors by name, those without one last; within a sector by code. The first stands at the top, clockwise. */
export function circleLayout(codes: readonly string[], sectors: readonly (string | null)[]): Layout {
  const texts = new Intl.Collator('en', { numeric: true });
  const names = [...new Set(sectors)].sort(
    (a, b) => Number(a === null) - Number(b === null) || texts.compare(a ?? '', b ?? ''),
  );
  const placeOf = new Map(names.map((name, i) => [name, i]));
  const sectorOf = Int32Array.from(codes, (_, i) => placeOf.get(sectors[i]) ?? 0);
  const order = [...codes.keys()].sort((a, b) => sectorOf[a] - sectorOf[b] || texts.compare(codes[a], codes[b]));
  const gap = names.length < 2 ? 0 : (codes.length * GAP_SHARE) / names.length;
  const step = (2 * Math.PI) / Math.max(1, codes.length + gap * names.length);
  const layout: Layout = {
    x: new Float64Array(codes.length),
    y: new Float64Array(codes.length),
    sectorOf,
    sectors: names.map((name) => ({ name, from: 0, to: 0, stocks: 0 })),
  };
  let at = gap / 2;
  order.forEach((stock, i) => {
    const arc = layout.sectors[sectorOf[stock]];
    if (i > 0 && sectorOf[stock] !== sectorOf[order[i - 1]]) at += gap;
    const angle = (at + 0.5) * step - Math.PI / 2;
    if (arc.stocks === 0) arc.from = at * step - Math.PI / 2;
    layout.x[stock] = Math.cos(angle);
    layout.y[stock] = Math.sin(angle);
    arc.stocks++;
    at++;
    arc.to = at * step - Math.PI / 2;
  });
  return layout;
}

/** The stock nearest to a point of the unit circle's plane; -1 where none is within `reach`. */
export function nearestStock({ x, y }: Layout, px: number, py: number, reach: number): number {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < x.length; i++) {
    const distance = (x[i] - px) ** 2 + (y[i] - py) ** 2;
    if (distance <= least) {
      least = distance;
      best = i;
    }
  }
  return best;
}
