// Owns the learning rate over a run: linear warm-up, then a cosine down to the floor (Loshchilov & Hutter 2017).
export interface ScheduleOptions {
  peak: number;
  floor: number;
  warmupSteps: number;
  totalSteps: number;
}

/** Learning rate of a step, counted from 0. */
export function learningRateAt(step: number, { peak, floor, warmupSteps, totalSteps }: ScheduleOptions): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
