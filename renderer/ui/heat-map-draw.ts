// Owns drawing a heat map: the cells in view, labels along two sides, and the marked cell.
import { type Mode, PALETTES } from '../lib/palette.ts';
import { FONT } from '../lib/theme.ts';
import { labelStep, type MapSize, type MapView } from './heat-map-view.ts';

/** Pixels above the cells, for the columns' labels. */
export const HEADER = 22;
const ROW_LABEL_GAP = 15;
const COLUMN_LABEL_GAP = 76;

export interface MapDrawing {
  /** One pixel a cell. */
  image: CanvasImageSource;
  size: MapSize;
  view: MapView;
  /** Pixels left of the cells, for the rows' labels. */
  rowHeader: number;
  rowLabel: (row: number) => string;
  columnLabel: (column: number) => string;
  marked: { row: number; column: number } | null;
  mode: Mode;
}

export function drawMap(canvas: HTMLCanvasElement, drawing: MapDrawing): void {
  const { size, view, rowHeader, mode, marked } = drawing;
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = window.devicePixelRatio || 1;
  const wide = Math.round((size.width + rowHeader) * ratio);
  const high = Math.round((size.height + HEADER) * ratio);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, size.width + rowHeader, size.height + HEADER);

  const palette = PALETTES[mode];
  context.font = `11px ${FONT}`;
  context.fillStyle = palette.soft;
  drawRowLabels(context, drawing);
  drawColumnLabels(context, drawing);

  context.save();
  context.beginPath();
  context.rect(rowHeader, HEADER, size.width, size.height);
  context.clip();
  drawCells(context, drawing);
  if (marked) {
    const left = rowHeader + (marked.column - view.x) * view.sx;
    const top = HEADER + (marked.row - view.y) * view.sy;
    context.lineWidth = 1.5;
    context.strokeStyle = palette.ink;
    context.strokeRect(left - 0.75, top - 0.75, Math.max(view.sx, 2) + 1.5, Math.max(view.sy, 2) + 1.5);
  }
  context.restore();
  context.strokeStyle = palette.line;
  context.lineWidth = 1;
  context.strokeRect(rowHeader + 0.5, HEADER + 0.5, size.width - 1, size.height - 1);
}

/** Cells smaller than a pixel are averaged, larger ones keep their edges; along each axis by itself. */
function drawCells(context: CanvasRenderingContext2D, { image, size, view, rowHeader }: MapDrawing): void {
  const across = size.width / view.sx;
  const down = size.height / view.sy;
  const mixed = view.sx < 1 !== view.sy < 1;
  const [wide, high] = [
    view.sx < 1 ? Math.ceil(size.width) : Math.ceil(across) + 1,
    view.sy < 1 ? Math.ceil(size.height) : Math.ceil(down) + 1,
  ];
  const averaged = mixed && new OffscreenCanvas(wide, high).getContext('2d');
  if (averaged) {
    averaged.imageSmoothingQuality = 'medium';
    const left = view.sx < 1 ? view.x : Math.floor(view.x);
    const top = view.sy < 1 ? view.y : Math.floor(view.y);
    const [fromWide, fromHigh] = [view.sx < 1 ? across : wide, view.sy < 1 ? down : high];
    averaged.drawImage(image, left, top, fromWide, fromHigh, 0, 0, wide, high);
    context.imageSmoothingEnabled = false;
    const x = view.sx < 1 ? 0 : view.x - left;
    const y = view.sy < 1 ? 0 : view.y - top;
    const [w, h] = [view.sx < 1 ? wide : across, view.sy < 1 ? high : down];
    context.drawImage(averaged.canvas, x, y, w, h, rowHeader, HEADER, size.width, size.height);
    return;
  }
  context.imageSmoothingEnabled = view.sx < 1;
  context.drawImage(image, view.x, view.y, across, down, rowHeader, HEADER, size.width, size.height);
}

function drawRowLabels(context: CanvasRenderingContext2D, { size, view, rowHeader, rowLabel }: MapDrawing): void {
  const step = labelStep(view.sy, ROW_LABEL_GAP);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const last = Math.min(size.rows, Math.ceil(view.y + size.height / view.sy));
  for (let row = Math.ceil(Math.floor(view.y) / step) * step; row < last; row += step) {
    const at = HEADER + (row + 0.5 - view.y) * view.sy;
    if (at >= HEADER && at <= HEADER + size.height - 5)
      context.fillText(rowLabel(row), rowHeader - 6, at, rowHeader - 8);
  }
}

function drawColumnLabels(context: CanvasRenderingContext2D, { size, view, rowHeader, columnLabel }: MapDrawing): void {
  const step = labelStep(view.sx, COLUMN_LABEL_GAP);
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  const last = Math.min(size.columns, Math.ceil(view.x + size.width / view.sx));
  for (let column = Math.ceil(Math.floor(view.x) / step) * step; column < last; column += step) {
    const at = rowHeader + (column - view.x) * view.sx;
    if (at >= rowHeader && at < rowHeader + size.width - 30)
      context.fillText(columnLabel(column), at, HEADER - 7, step * view.sx - 6);
  }
}
