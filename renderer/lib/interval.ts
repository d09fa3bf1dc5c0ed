// Owns doing something again and again while a component lives, and not while the page cannot be seen.
import { onScopeDispose } from 'vue';

export function useIntervalFn(milliseconds: number, run: () => void): void {
  const timer = setInterval(() => {
    if (!document.hidden) run();
  }, milliseconds);
  onScopeDispose(() => clearInterval(timer));
}
