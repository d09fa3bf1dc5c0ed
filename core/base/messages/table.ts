// Owns the shape of the error message tables: one entry a code, every language present.
export type Locale = 'en' | 'ja';
export type MessageTable<Prefix extends string> = {
  readonly [code in `${Prefix}/${string}`]: Readonly<Record<Locale, string>>;
};
