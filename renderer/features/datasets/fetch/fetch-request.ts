// Owns a download as the form holds it, and what of it is sent.
import type { z } from 'zod';
import type { fetchTableSchema, SourceView } from '../../../../core/contract/views/sources.ts';

export type FetchTable = z.infer<typeof fetchTableSchema>;

export interface FetchDraft {
  tables: FetchTable[];
  /** ISO dates. */
  from: string | null;
  to: string | null;
  /** As typed. */
  codes: string;
  options: Record<string, string>;
  dataset: string;
}

export function emptyDraft({ tables }: Pick<SourceView, 'tables'>): FetchDraft {
  return { tables: tables.slice(0, 1), from: null, to: null, codes: '', options: {}, dataset: '' };
}

export const codesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,、]+/)
      .map((code) => code.trim())
      .filter((code) => code !== ''),
  ),
];

/** What keeps the cost from being asked for: nothing where it is empty. */
export function lacks(draft: FetchDraft, source: Pick<SourceView, 'options' | 'needsKey' | 'keyStored'>): boolean {
  if (source.needsKey && !source.keyStored) return true;
  if (draft.from === null || draft.tables.length === 0) return true;
  return source.options.some(({ name, required }) => required && !draft.options[name]?.trim());
}

export function requestOf(source: string, { tables, from, to, codes, options }: FetchDraft) {
  const named = codesOf(codes);
  return {
    source,
    tables: [...tables],
    from: from ?? '',
    ...(to === null ? {} : { to }),
    ...(named.length > 0 ? { codes: named } : {}),
    options: Object.fromEntries(
      Object.entries(options)
        .map(([name, value]) => [name, value.trim()])
        .filter(([, value]) => value !== ''),
    ),
  };
}
