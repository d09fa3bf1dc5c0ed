// The sample market of the tests: no smaller one has days enough for every part of a split.
export const MARKET = { stocks: 24, days: 420, seed: 1 };
