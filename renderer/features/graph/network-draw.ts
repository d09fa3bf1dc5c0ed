// Owns drawing a graph on a canvas: arcs of sectors, edges bent towards the middle, stocks; and one stock's neighbours on top.
import type { Palette } from '../../lib/palette.ts';
import { FONT } from '../../lib/theme.ts';
import type { Neighbour, Pairs } from './edges.ts';
import type { Layout } from './layout.ts';

export interface Frame {
  /** CSS pixels across; the height follows from it. */
  width: number;
  layout: Layout;
  codes: readonly string[];
  /** One a sector of the layout. */
  colours: readonly string[];
  names: readonly string[];
  palette: Palette;
}

/** Room outside the circle for the names of sectors: beside it, and above and below. */
const MARGIN = { x: 112, y: 46 };
export const radiusOf = (width: number): number => Math.max(40, width / 2 - MARGIN.x);
export const heightOf = (width: number): number => 2 * (radiusOf(width) + MARGIN.y);

/** Edges are drawn in so many strokes, by strength: one stroke each would cost a hundred times as much. */
const STRENGTHS = 6;
/** Edges between near stocks stay near the rim, those across pass by the middle: shares of the way out of their bend. */
const BEND = { near: 0.72, across: 0.1, span: 1.4 };

export function prepare(canvas: HTMLCanvasElement, width: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const height = heightOf(width);
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  context?.translate(width / 2, height / 2);
  return context;
}

/** All edges and stocks. @param faded while one stock stands out */
export function drawGraph(context: CanvasRenderingContext2D, frame: Frame, pairs: Pairs, faded: boolean): void {
  const { layout, colours, palette, width } = frame;
  const radius = radiusOf(width);
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
  const { layout, codes, colours, palette, width } = frame;
  const radius = radiusOf(width);
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
  const placed: Box[] = [];
  // The chosen one first, then by strength; one that would cover another is left to the table.
  for (const each of [stock, ...neighbours.map((neighbour) => neighbour.stock)])
    writeInside(context, codes[each], layout.x[each], layout.y[each], radius - dot - 5, palette, placed);
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function addEdge(path: Path2D, { x, y }: Layout, a: number, b: number, radius: number): void {
  const span = Math.min(1, Math.hypot(x[a] - x[b], y[a] - y[b]) / BEND.span);
  const bend = ((BEND.near + span * (BEND.across - BEND.near)) * radius) / 2;
  path.moveTo(x[a] * radius, y[a] * radius);
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
    writeOutside(context, names[i], Math.cos(middle), Math.sin(middle), radius + 19, palette);
  }
}

const LINE = 13;
/** Longer names are broken at the space nearest their middle. */
const LONGEST = 13;

function broken(name: string): string[] {
  if (name.length <= LONGEST) return [name];
  const spaces = [...name.matchAll(/ /g)].map(({ index }) => index);
  const [at] = spaces.sort((a, b) => Math.abs(a - name.length / 2) - Math.abs(b - name.length / 2));
  return at === undefined ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

/** A sector's name, outside the circle. */
function writeOutside(
  context: CanvasRenderingContext2D,
  name: string,
  x: number,
  y: number,
  at: number,
  palette: Palette,
): void {
  const lines = broken(name);
  context.fillStyle = palette.soft;
  context.textAlign = Math.abs(x) < 0.12 ? 'center' : x > 0 ? 'left' : 'right';
  context.textBaseline = 'middle';
  // Above the circle the last line stands next to it, below it the first; at the sides they stand about the middle.
  const first = y * (at + 5 * Math.abs(y)) + ((y - 1) * (lines.length - 1) * LINE) / 2;
  for (const [i, line] of lines.entries()) context.fillText(line, x * at, first + i * LINE, MARGIN.x - 22);
}

/** A stock's code, inside the circle on a plate of its own, unless it would cover another. */
function writeInside(
  context: CanvasRenderingContext2D,
  code: string,
  x: number,
  y: number,
  at: number,
  palette: Palette,
  placed: Box[],
): void {
  const { width } = context.measureText(code);
  const left = x >= 0 ? x * at - width : x * at;
  const box = { left: left - 2, right: left + width + 2, top: y * at - 8, bottom: y * at + 8 };
  if (placed.some((b) => box.left < b.right && b.left < box.right && box.top < b.bottom && b.top < box.bottom)) return;
  placed.push(box);
  context.globalAlpha = 0.85;
  context.fillStyle = palette.panel;
  context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.globalAlpha = 1;
  context.fillStyle = palette.ink;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(code, left, y * at);
}
