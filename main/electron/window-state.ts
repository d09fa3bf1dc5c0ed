// Owns where a window stood, made fit for the displays that are there now.
import { z } from 'zod';

export const windowStateSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const LEAST = { width: 960, height: 640 } as const;
const USUAL = { width: 1440, height: 900 } as const;
/** So much of a title bar must be on a display for the window to be got hold of. */
const GRIP = { width: 120, height: 32 } as const;

const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.round(value)));

/**
 * Bounds for a new window. Without a saved state, or where its display is gone, it opens in the middle of the first display.
 * @param displays work areas, without task bars, in the system's pixels; the first is the primary one
 */
export function windowBounds(saved: WindowState | undefined, displays: readonly Area[]): Area & { maximized: boolean } {
  const home = saved && displays.find((display) => isReachable(saved, display));
  const display = home ?? displays[0];
  const size = {
    width: clamp(saved?.width ?? USUAL.width, Math.min(LEAST.width, display.width), display.width),
    height: clamp(saved?.height ?? USUAL.height, Math.min(LEAST.height, display.height), display.height),
  };
  const place = home
    ? { x: Math.round(saved.x), y: Math.round(saved.y) }
    : {
        x: display.x + Math.round((display.width - size.width) / 2),
        y: display.y + Math.round((display.height - size.height) / 2),
      };
  return { ...place, ...size, maximized: saved?.maximized ?? false };
}

/** Enough of the title bar lies on `display`. */
function isReachable(window: Area, display: Area): boolean {
  const across = Math.min(window.x + window.width, display.x + display.width) - Math.max(window.x, display.x);
  return across >= GRIP.width && window.y >= display.y && window.y + GRIP.height <= display.y + display.height;
}
