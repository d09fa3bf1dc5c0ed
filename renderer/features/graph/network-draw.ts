// Owns drawing a graph on a canvas: arcs of sectors, edges bent towards the middle, stocks; and one stock's neighbours on top.
import type { Palette } from '../../lib/palette.ts';
import { FONT } from '../../lib/theme.ts';
import type { Neighbour, Pairs } from './edges.ts';
import type { Layout } from './layout.ts';

export interface Frame {
  /** CSS pixels of the square. */
  size: number;
  layout: Layout;
  codes: readonly string[];
  /** One a sector of the layout. */
  colours: readonly string[];
  names: readonly string[];
  palette: Palette;
}

/** Room outside the circle for the names of sectors. */
const MARGIN = 92;
export const radiusOf = (size: number): number => Math.max(40, size / 2 - MARGIN);

/** Edges are drawn in so many strokes, by strength: one stroke each would cost a hundred times as much. */
const STRENGTHS = 6;
/** How far an edge is drawn towards the middle. */
const BEND = 0.3;

export function prepare(canvas: HTMLCanvasElement, size: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const pixels = Math.round(size * ratio);
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, size, size);
  context?.translate(size / 2, size / 2);
  return context;
}

/** All edges and stocks. @param faded while one stock stands out */
export function drawGraph(context: CanvasRenderingContext2D, frame: Frame, pairs: Pairs, faded: boolean): void {
  const { layout, colours, palette, size } = frame;
  const radius = radiusOf(size);
  drawSectors(context, frame, radius);

  const strength = (weight: number): number => Math.min(STRENGTHS - 1, Math.floor(Math.abs(weight) * STRENGTHS));
  const paths = Array.from({ length: STRENGTHS * 2 }, () => new Path2D());
  for (let e = 0; e < pairs.a.length; e++) {
    const path = paths[strength(pairs.weight[e]) * 2 + Number(pairs.weight[e] < 0)];
    addEdge(path, layout, pairs.a[e], pairs.b[e], radius);
  }
  // The more edges, the fainter each, or the strong ones drown.
  const crowd = Math.min(1, 60 / Math.sqrt(Math.max(1, pairs.a.length)));
  context.lineWidth = 0.8;
  for (const [i, path] of paths.entries()) {
    context.strokeStyle = i % 2 === 0 ? palette.positive : palette.negative;
    context.globalAlpha = (0.08 + 0.5 * ((i >> 1) / (STRENGTHS - 1)) ** 2) * crowd * (faded ? 0.22 : 1);
    context.stroke(path);
  }
  const dot = dotSize(layout, radius);
  context.globalAlpha = faded ? 0.35 : 1;
  for (const [sector, colour] of colours.entries()) {
    context.fillStyle = colour;
    context.beginPath();
    for (let i = 0; i < layout.x.length; i++) {
      if (layout.sectorOf[i] !== sector) continue;
      context.moveTo(layout.x[i] * radius + dot, layout.y[i] * radius);
      context.arc(layout.x[i] * radius, layout.y[i] * radius, dot, 0, 2 * Math.PI);
    }
    context.fill();
  }
  context.globalAlpha = 1;
}

/** One stock with its neighbours, upon the graph. */
export function drawNeighbours(
  context: CanvasRenderingContext2D,
  frame: Frame,
  stock: number,
  neighbours: readonly Neighbour[],
): void {
  const { layout, codes, colours, palette, size } = frame;
  const radius = radiusOf(size);
  for (const { stock: other, weight } of neighbours) {
    const path = new Path2D();
    addEdge(path, layout, stock, other, radius);
    context.strokeStyle = weight < 0 ? palette.negative : palette.positive;
    context.lineWidth = 0.6 + 2.6 * Math.abs(weight);
    context.globalAlpha = 0.9;
    context.stroke(path);
  }
  context.globalAlpha = 1;
  const dot = dotSize(layout, radius) + 1.5;
  for (const each of [...neighbours.map((neighbour) => neighbour.stock), stock]) {
    context.fillStyle = colours[layout.sectorOf[each]];
    context.strokeStyle = palette.panel;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(layout.x[each] * radius, layout.y[each] * radius, each === stock ? dot + 2.5 : dot, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  context.font = `600 11px ${FONT}`;
  const labelled = [stock, ...neighbours.map((neighbour) => neighbour.stock)];
  for (const each of labelled)
    writeOutside(context, codes[each], layout.x[each], layout.y[each], radius - dot - 5, true, palette);
}

function addEdge(path: Path2D, { x, y }: Layout, a: number, b: number, radius: number): void {
  path.moveTo(x[a] * radius, y[a] * radius);
  const bend = (radius * BEND) / 2;
  path.quadraticCurveTo((x[a] + x[b]) * bend, (y[a] + y[b]) * bend, x[b] * radius, y[b] * radius);
}

function dotSize({ x }: Layout, radius: number): number {
  return Math.max(1.6, Math.min(5, ((2 * Math.PI * radius) / Math.max(1, x.length)) * 0.36));
}

function drawSectors(
  context: CanvasRenderingContext2D,
  { layout, colours, names, palette }: Frame,
  radius: number,
): void {
  context.font = `11px ${FONT}`;
  context.lineWidth = 3;
  for (const [i, { from, to }] of layout.sectors.entries()) {
    context.strokeStyle = colours[i];
    context.beginPath();
    context.arc(0, 0, radius + 11, from, to);
    context.stroke();
    const middle = (from + to) / 2;
    writeOutside(context, names[i], Math.cos(middle), Math.sin(middle), radius + 19, false, palette);
  }
}

/** At a point of the circle; `inside` writes towards the middle, on a plate of its own. */
function writeOutside(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  at: number,
  inside: boolean,
  palette: Palette,
): void {
  const right = x >= 0 !== inside;
  context.textAlign = Math.abs(x) < 0.12 && !inside ? 'center' : right ? 'left' : 'right';
  context.textBaseline = Math.abs(x) < 0.12 && !inside ? (y < 0 ? 'bottom' : 'top') : 'middle';
  const [left, top] = [x * at, y * at];
  if (inside) {
    const { width } = context.measureText(text);
    context.globalAlpha = 0.82;
    context.fillStyle = palette.panel;
    context.fillRect(right ? left - 2 : left - width - 2, top - 8, width + 4, 16);
    context.globalAlpha = 1;
    context.fillStyle = palette.ink;
    context.fillText(text, left, top);
  } else {
    context.fillStyle = palette.soft;
    context.fillText(text, left, top, MARGIN - 16);
  }
}
