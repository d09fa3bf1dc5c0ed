// Owns which sources of data there are.
import { AppError } from '../../base/errors.ts';
import { CLICKHOUSE, openClickHouse } from './clickhouse.node.ts';
import { CRYPTO, openCrypto } from './crypto.node.ts';
import { FOREX, openForex } from './forex.node.ts';
import { openJQuants } from './jquants.node.ts';
import type { OpenSource, Source, SourceContext } from './source.ts';

const SOURCES: Readonly<Record<string, OpenSource>> = {
  jquants: openJQuants,
  [CRYPTO]: openCrypto,
  [FOREX]: openForex,
  [CLICKHOUSE]: openClickHouse,
};

export const SOURCE_NAMES: readonly string[] = Object.keys(SOURCES);

/** @throws source/unknown, source/unknown-option, and what the source says of its options */
export function openSource(name: string, context: SourceContext): Source {
  if (!Object.hasOwn(SOURCES, name)) throw new AppError('source/unknown', { name, known: SOURCE_NAMES.join(', ') });
  const source = SOURCES[name](context);
  const known = (source.options ?? []).map((option) => option.name);
  const odd = Object.keys(context.options ?? {}).find((option) => !known.includes(option));
  if (odd !== undefined)
    throw new AppError('source/unknown-option', { source: name, option: odd, known: known.join(', ') || '-' });
  return source;
}
