// Owns how old the last bar of a dataset is, in the unit in which one would say it.

export interface Age {
  unit: 'today' | 'days' | 'months' | 'years';
  n: number;
}

const DAY_MS = 86_400_000;

/** @param lastDay ISO date; @param now epoch milliseconds */
export function ageOf(lastDay: string, now: number): Age {
  const days = Math.max(0, Math.floor((now - Date.parse(`${lastDay}T00:00:00Z`)) / DAY_MS));
  if (days === 0) return { unit: 'today', n: 0 };
  if (days < 60) return { unit: 'days', n: days };
  if (days < 730) return { unit: 'months', n: Math.floor(days / 30.44) };
  return { unit: 'years', n: Math.floor(days / 365.25) };
}
