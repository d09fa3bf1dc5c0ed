// Owns which lines can be drawn over or under a stock's bars. Apart from the schemas, so that a browser loads the names alone.
export const OVERLAYS = ['sma20', 'sma60', 'sma200', 'ema20', 'bollinger', 'rsi14', 'macd', 'atr14'] as const;
export type Overlay = (typeof OVERLAYS)[number];
