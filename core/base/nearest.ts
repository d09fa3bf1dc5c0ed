// Owns "did you mean": the known name nearest to a mistyped one.

/** Levenshtein distance: single-letter insertions, deletions and replacements. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The known name nearest to `name`; the first of equals. `known` must not be empty. */
export function nearestName(name: string, known: readonly string[]): string {
  return nearestBy(known, (candidate) => editDistance(name, candidate));
}

/** The known names, the nearest to `name` first; equals in their order. */
export function byNearness(name: string, known: readonly string[]): string[] {
  return known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
}

/** As nearestName for dotted paths: the right last word under a wrong section counts as near ("max_epochs", "model.max_epochs"). */
export function nearestPath(path: string, known: readonly string[]): string {
  const last = (dotted: string) => dotted.slice(dotted.lastIndexOf('.') + 1);
  return nearestBy(known, (candidate) =>
    Math.min(editDistance(path, candidate), editDistance(last(path), last(candidate)) + 1),
  );
}

function nearestBy(known: readonly string[], distance: (candidate: string) => number): string {
  let best = known[0];
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const found = distance(candidate);
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best;
}
