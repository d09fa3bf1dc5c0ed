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

/** @returns `zoomed` is to be called with every event of dataZoom, `stop` when the chart goes */
export function moveAlone(chart: ECharts, group: string): { zoomed: (event: unknown) => void; stop: () => void } {
  let alone = false;
  let held = false;
  let waiting: ZoomedTo | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function leave(): void {
    alone = true;
    chart.group = '';
    clearTimeout(timer);
  }
  function rejoin(): void {
    alone = false;
    if (chart.isDisposed()) return;
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
      waiting = zoomedTo(event);
      rest();
    },
    stop: () => {
      clearTimeout(timer);
      window.removeEventListener('pointerup', onUp);
    },
  };
}
