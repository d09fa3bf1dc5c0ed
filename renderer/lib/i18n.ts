// Owns the two languages: English is the type, Japanese must have every key with the same placeholders, or it does not compile.
// Each feature keeps its own messages beside its page, so that they load with it.
import { type Ref, watch } from 'vue';
import { createI18n } from 'vue-i18n';

export type Locale = 'en' | 'ja';

export interface MessageTree {
  readonly [key: string]: string | MessageTree;
}

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** Japanese for an English tree: every key, none more. That placeholders agree is tested, since word order differs. */
export type Translated<En> = { readonly [K in keyof En]: En[K] extends string ? string : Translated<En[K]> };

/** Dotted paths of a tree: 'title', 'empty.why'. */
export type MessagePath<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${MessagePath<T[K]>}`;
}[keyof T & string];

type MessageAt<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? MessageAt<T[Head], Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

type NamesAt<T, P extends string> = MessageAt<T, P> extends infer S extends string ? Placeholders<S> : never;
/** The parameters that the English message names; `n` also chooses between 'one row | {n} rows'. */
type Arguments<T, P extends string> = [NamesAt<T, P>] extends [never]
  ? [params?: Record<string, never>]
  : [params: { [K in NamesAt<T, P>]: string | number }];

export interface Translate<En> {
  <P extends MessagePath<En>>(path: P, ...params: Arguments<En, P>): string;
  /** Of a path that is only known at run time, as for names that the host tells; undefined where there is no such message. */
  find(path: string, params?: Record<string, string | number>): string | undefined;
}

export interface Messages<En> {
  readonly en: En;
  readonly ja: Translated<En>;
}

/** The messages of one feature. In a text, `@`, `|`, `{` and `}` mean something: write them as {'@'} and so on. */
export function defineMessages<const En extends MessageTree>(messages: Messages<En>): Messages<En> {
  return messages;
}

const i18n = createI18n({
  legacy: false,
  locale: 'en' as Locale,
  fallbackLocale: 'en',
  messages: { en: {} as MessageTree, ja: {} as MessageTree },
  // Trees are laid out flat when they are registered, so that a key may have dots of its own: 'run.started'.
  messageResolver: (table, path) => (table as Record<string, string>)[path] ?? null,
});
const composer = i18n.global;

export const locale: Ref<Locale> = composer.locale as Ref<Locale>;

/** Between two things that are named one after the other. */
export const comma = (): string => (locale.value === 'ja' ? '、' : ', ');

const namespaces = new WeakMap<object, string>();
let namespaceCount = 0;

/**
 * Texts as their plural forms, of which most have one. What they hold is found and filled in here, since vue-i18n takes ten times as long
 * for it and a page has hundreds; texts that use more of its syntax are left to it.
 */
const plain: Record<Locale, Map<string, readonly string[]>> = { en: new Map(), ja: new Map() };

/** As vue-i18n chooses: none, one or more of three forms; one or more of two. */
function formOf(forms: readonly string[], n: number): string {
  const most = forms.length - 1;
  return forms[most === 1 ? Number(n !== 1) : Math.min(Math.ceil(n), most)];
}

function register(language: Locale, tree: MessageTree, prefix: string): void {
  const texts = flat(tree, prefix);
  composer.mergeLocaleMessage(language, texts);
  for (const [key, text] of Object.entries(texts)) if (!/@|\{'/.test(text)) plain[language].set(key, text.split(' | '));
}

function namespaceOf<En>(messages: Messages<En>): string {
  let namespace = namespaces.get(messages);
  if (!namespace) {
    namespace = `m${namespaceCount++}`;
    namespaces.set(messages, namespace);
    register('en', messages.en as MessageTree, `${namespace}.`);
    register('ja', messages.ja as MessageTree, `${namespace}.`);
  }
  return namespace;
}

function flat(tree: MessageTree, prefix: string): Record<string, string> {
  const entries = Object.entries(tree).map(([key, value]) =>
    typeof value === 'string' ? { [prefix + key]: value } : flat(value, `${prefix}${key}.`),
  );
  return Object.assign({}, ...entries) as Record<string, string>;
}

const PLACEHOLDER = /\{(\w+)\}/g;
// Both languages group by thousands with commas.
const thousands = new Intl.NumberFormat('en');

/** Translates within `messages`; follows the language where it is called in a template or a computed value. */
export function useMessages<En>(messages: Messages<En>): Translate<En> {
  const namespace = namespaceOf(messages);
  const write = (path: string, params: Record<string, unknown> = {}): string => {
    const key = `${namespace}.${path}`;
    const forms = plain[locale.value].get(key);
    const { n } = params;
    const filled = typeof n === 'number' ? { ...params, n: thousands.format(n) } : params;
    if (forms && (forms.length === 1 || typeof n === 'number')) {
      const text = formOf(forms, typeof n === 'number' ? Math.abs(n) : 1);
      return text.includes('{') ? text.replace(PLACEHOLDER, (_, name: string) => String(filled[name] ?? '')) : text;
    }
    return typeof n === 'number' ? composer.t(key, filled, n) : composer.t(key, filled);
  };
  const find = (path: string, params?: Record<string, string | number>) =>
    composer.te(`${namespace}.${path}`, 'en') ? write(path, params) : undefined;
  return Object.assign(write, { find }) as Translate<En>;
}

/** Keeps the document's language in step, for screen readers, fonts and line breaks. */
export function followLocale(root: HTMLElement): void {
  watch(locale, (now) => (root.lang = now), { immediate: true });
}

/** The language that the system or browser asks for. */
export function systemLocale(languages: readonly string[]): Locale {
  const known = languages.map((language) => language.slice(0, 2)).find((code) => code === 'ja' || code === 'en');
  return known === 'ja' ? 'ja' : 'en';
}
