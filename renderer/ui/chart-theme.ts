// Owns how charts look: one theme for ECharts in light, one in dark, from the shared palette.
import { DIVERGING, type Mode, PALETTES, SERIES } from '../lib/palette.ts';
import { FONT } from '../lib/theme.ts';

export function chartTheme(mode: Mode, compact: boolean): Record<string, unknown> {
  const palette = PALETTES[mode];
  const size = compact ? 11 : 12;
  const axis = {
    axisLine: { lineStyle: { color: palette.edge } },
    axisTick: { lineStyle: { color: palette.edge } },
    axisLabel: { color: palette.soft, fontSize: size },
    nameTextStyle: { color: palette.soft, fontSize: size },
    splitLine: { lineStyle: { color: palette.line } },
    splitArea: { show: false },
  };
  const text = { color: palette.soft, fontSize: size };
  return {
    color: [...SERIES[mode]],
    backgroundColor: 'transparent',
    textStyle: { fontFamily: FONT, fontSize: size, color: palette.ink },
    title: { textStyle: { color: palette.ink, fontSize: size + 1, fontWeight: 600 }, subtextStyle: text },
    legend: { textStyle: text, pageTextStyle: text, inactiveColor: palette.faint, itemWidth: 16, itemHeight: 8 },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    timeAxis: { ...axis, splitLine: { show: false } },
    logAxis: axis,
    line: { lineStyle: { width: 1.6 }, symbol: 'none', smooth: false },
    bar: { itemStyle: { borderWidth: 0 } },
    candlestick: {
      itemStyle: {
        color: palette.positive,
        borderColor: palette.positive,
        color0: palette.negative,
        borderColor0: palette.negative,
      },
    },
    tooltip: {
      backgroundColor: palette.raised,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: size },
      axisPointer: {
        lineStyle: { color: palette.edge },
        crossStyle: { color: palette.edge },
        label: { backgroundColor: palette.soft, color: palette.panel },
      },
      extraCssText: 'font-variant-numeric: tabular-nums; box-shadow: 0 4px 18px rgb(0 0 0 / 16%);',
    },
    visualMap: { textStyle: text, inRange: { color: [...DIVERGING[mode]] } },
    dataZoom: {
      borderColor: palette.line,
      fillerColor: `${palette.accent}22`,
      handleStyle: { color: palette.panel, borderColor: palette.edge },
      moveHandleStyle: { color: palette.edge },
      emphasis: { handleStyle: { borderColor: palette.accent }, moveHandleStyle: { color: palette.accent } },
      dataBackground: { lineStyle: { color: palette.edge }, areaStyle: { color: palette.line } },
      selectedDataBackground: { lineStyle: { color: palette.accent }, areaStyle: { color: palette.accentTint } },
      textStyle: text,
      brushStyle: { color: `${palette.accent}22` },
    },
    brush: { brushStyle: { color: `${palette.accent}22`, borderColor: palette.accent } },
    markLine: { lineStyle: { color: palette.edge }, label: text },
    graph: { color: [...SERIES[mode]], lineStyle: { color: palette.edge }, label: { color: palette.ink } },
  };
}
