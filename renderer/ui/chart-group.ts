// Owns how charts of one group move together. ECharts would draw all of them with every move of the mouse, which stutters; here the one
// that is dragged or zoomed moves alone, and the others follow when it comes to rest.
import type { ECharts } from 'echarts/core';

const REST_MS = 120;

/** What an event of dataZoom tells: the part in view, in percent of the axis. */
export interface ZoomedTo {
  start: number;
  end: number;
}

export function zoomedTo(event: unknown): ZoomedTo {
  const { batch = [event] } = event as { batch?: readonly unknown[] };
  const { start = 0, end = 100 } = (batch[0] ?? {}) as Partial<ZoomedTo>;
  return { start, end };
}

/**
 * @param tooltip whether the chart has one: while it is dragged it shows none, which would take as long as the rest of the drawing
 * @returns `zoomed` is to be called with every event of dataZoom, `stop` when the chart goes
 */
export function moveAlone(
  chart: ECharts,
  group: string,
  tooltip = false,
): { zoomed: (event: unknown) => void; stop: () => void } {
  let alone = false;
  let hushed = false;
  let held = false;
  let waiting: ZoomedTo | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function leave(): void {
    alone = true;
    chart.group = '';
    clearTimeout(timer);
  }
  function hush(on: boolean): void {
    if (!tooltip || hushed === on) return;
    hushed = on;
    chart.setOption(
      { tooltip: { triggerOn: on ? 'none' : 'mousemove|click|mousewheel' } },
      { silent: true, lazyUpdate: true },
    );
    if (on) chart.dispatchAction({ type: 'hideTip' });
  }
  function rejoin(): void {
    alone = false;
    if (chart.isDisposed()) return;
    hush(false);
    chart.group = group;
    if (waiting) chart.dispatchAction({ type: 'dataZoom', ...waiting });
    waiting = undefined;
  }
  function rest(): void {
    clearTimeout(timer);
    if (!held) timer = setTimeout(rejoin, REST_MS);
  }
  function onUp(): void {
    held = false;
    if (alone) rest();
  }
  const drawing = chart.getZr();
  drawing.on('mousedown', () => {
    held = true;
    leave();
  });
  drawing.on('mousewheel', () => {
    leave();
    rest();
  });
  // A drag may end anywhere.
  window.addEventListener('pointerup', onUp);
  return {
    zoomed: (event) => {
      if (!alone) return;
      if (held) hush(true);
      waiting = zoomedTo(event);
      rest();
    },
    stop: () => {
      clearTimeout(timer);
      window.removeEventListener('pointerup', onUp);
    },
  };
}
