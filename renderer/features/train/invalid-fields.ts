// Owns which fields of the page hold a text that cannot be used: while there is one, nothing is started.
import { inject, type InjectionKey, onScopeDispose, provide, shallowReactive, watch } from 'vue';

const KEY: InjectionKey<Set<symbol>> = Symbol('invalid fields');

/** For the page: the set of its invalid fields. */
export function provideInvalidFields(): ReadonlySet<symbol> {
  const fields = shallowReactive(new Set<symbol>());
  provide(KEY, fields);
  return fields;
}

/** For a field: says whether its text can be used. */
export function useInvalidField(invalid: () => boolean): void {
  const fields = inject(KEY);
  if (!fields) return;
  const own = Symbol('field');
  watch(invalid, (now) => (now ? fields.add(own) : fields.delete(own)), { immediate: true });
  onScopeDispose(() => fields.delete(own));
}
