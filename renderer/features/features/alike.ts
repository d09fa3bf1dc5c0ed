// Owns thinning out features that say the same: of each pair above a correlation, one goes.

/**
 * Takes the most correlated pair left and drops the one whose mean absolute correlation with those left is higher, until no pair is
 * above the limit. Looks at features alone, never at returns. @param matrix [n, n], NaN where undefined
 * @returns names dropped, in the order in which they went
 */
export function dropAlike(features: readonly string[], matrix: ArrayLike<number>, limit: number): string[] {
  const n = features.length;
  const at = (i: number, j: number): number => Math.abs(matrix[i * n + j]);
  const left = new Set(features.keys());
  const mean = (i: number): number => {
    const others = [...left].filter((j) => j !== i && Number.isFinite(at(i, j)));
    return others.reduce((sum, j) => sum + at(i, j), 0) / Math.max(1, others.length);
  };
  const pairs: [i: number, j: number][] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) if (at(i, j) > limit) pairs.push([i, j]);
  pairs.sort((a, b) => at(...b) - at(...a));
  const dropped: string[] = [];
  for (const [i, j] of pairs) {
    if (!left.has(i) || !left.has(j)) continue;
    const out = mean(i) > mean(j) ? i : j;
    left.delete(out);
    dropped.push(features[out]);
  }
  return dropped;
}
