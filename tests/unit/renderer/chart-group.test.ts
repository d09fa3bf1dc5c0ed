// Charts of one group, without a browser: ECharts draws to text.
import { LineChart } from 'echarts/charts';
import { DataZoomInsideComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { connect, init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { moveAlone } from '../../../renderer/ui/chart-group.ts';

register([LineChart, GridComponent, DataZoomInsideComponent, TooltipComponent, SVGRenderer]);
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', new EventTarget());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function makeChart() {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 400, height: 200 });
  chart.setOption({
    animation: false,
    xAxis: { type: 'value' },
    yAxis: { type: 'value' },
    dataZoom: [{ type: 'inside' }],
    series: [{ type: 'line', data: Array.from({ length: 101 }, (_, i) => [i, i]) }],
  });
  chart.group = 'curves';
  const shown = (): number[] => {
    const { dataZoom } = chart.getOption() as { dataZoom: { start: number; end: number }[] };
    return [dataZoom[0].start, dataZoom[0].end];
  };
  const zoom = (start: number, end: number) => chart.dispatchAction({ type: 'dataZoom', start, end });
  return { chart, shown, zoom };
}

function pair() {
  const [moved, other] = [makeChart(), makeChart()];
  connect('curves');
  const moving = moveAlone(moved.chart, 'curves');
  moved.chart.on('datazoom', moving.zoomed);
  const press = () => moved.chart.getZr().trigger('mousedown', {});
  return { moved, other, moving, press };
}

test('a chart that is dragged moves alone, and the others follow when it is let go', () => {
  const { moved, other, press } = pair();
  press();
  moved.zoom(20, 60);
  moved.zoom(30, 70);
  vi.advanceTimersByTime(5_000);
  expect([moved.shown(), other.shown()]).toEqual([
    [30, 70],
    [0, 100],
  ]);
  window.dispatchEvent(new Event('pointerup'));
  vi.advanceTimersByTime(500);
  expect(other.shown()).toEqual([30, 70]);
  other.zoom(0, 100);
  expect(moved.shown()).toEqual([0, 100]);
});

test('a chart under the wheel moves alone until the wheel rests; a mere click moves nothing', () => {
  const { moved, other, press } = pair();
  for (const start of [5, 10, 15]) {
    moved.chart.getZr().trigger('mousewheel', {});
    moved.zoom(start, 90);
    vi.advanceTimersByTime(50);
    expect(other.shown()).toEqual([0, 100]);
  }
  vi.advanceTimersByTime(500);
  expect(other.shown()).toEqual([15, 90]);
  press();
  window.dispatchEvent(new Event('pointerup'));
  vi.advanceTimersByTime(500);
  expect([moved.shown(), other.shown(), moved.chart.group]).toEqual([[15, 90], [15, 90], 'curves']);
});

test('a chart shows no tooltip while it is dragged, and does again at rest', () => {
  const { chart, zoom } = makeChart();
  chart.setOption({ tooltip: { trigger: 'axis' } });
  const { zoomed } = moveAlone(chart, 'curves', true);
  chart.on('datazoom', zoomed);
  const triggerOn = (): unknown => (chart.getOption() as { tooltip: { triggerOn: unknown }[] }).tooltip[0].triggerOn;
  const shown = triggerOn();
  chart.getZr().trigger('mousedown', {});
  zoom(20, 60);
  zoom(30, 70);
  vi.advanceTimersByTime(50);
  expect(triggerOn()).toBe('none');
  window.dispatchEvent(new Event('pointerup'));
  vi.advanceTimersByTime(500);
  expect(triggerOn()).toBe(shown);
});

test('a chart that goes while it is dragged leaves nothing behind', () => {
  const { moved, other, moving, press } = pair();
  press();
  moved.zoom(20, 60);
  moving.stop();
  moved.chart.dispose();
  const timers = vi.getTimerCount(); // ECharts has some of its own
  window.dispatchEvent(new Event('pointerup'));
  expect(vi.getTimerCount()).toBe(timers);
  vi.advanceTimersByTime(500);
  expect(other.shown()).toEqual([0, 100]);
});
