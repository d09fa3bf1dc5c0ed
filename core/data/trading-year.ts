// Owns how many trading days a year counts when figures are annualised.

/** A year of a market that closes on weekends and holidays, by convention. */
export const EXCHANGE_DAYS = 252;

/** Fewer days than this say nothing of weekends. */
const LEAST_DAYS = 14;

/** 365 where the days show that weekends are traded, as with coins; 252 otherwise. @param days epoch days, ascending, distinct */
export function tradingDaysPerYear(days: Int32Array): number {
  if (days.length < LEAST_DAYS) return EXCHANGE_DAYS;
  let weekend = 0;
  for (const day of days) if ((day + 3) % 7 >= 5) weekend += 1; // 1970-01-01 was a Thursday
  // Two days of seven where all are traded; a stock exchange that opens on Saturdays has one of six.
  return weekend * 4 > days.length ? 365 : EXCHANGE_DAYS;
}
