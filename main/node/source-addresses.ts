// Owns addresses of sources that the environment gives in place of their own, as for a gateway: PHASOR_URL_JQUANTS=https://...
import { AppError } from '../../core/base/errors.ts';
import type { Locale } from '../../core/base/messages/table.ts';
import { SOURCE_NAMES } from '../../core/data/sources/registry.node.ts';
import { COMMON } from './words/common.ts';

const PREFIX = 'PHASOR_URL_';

/** @throws input/bad-option for an address that would carry a key in the clear to another machine */
export function sourceAddresses(
  env: Readonly<Record<string, string | undefined>>,
  locale: Locale = 'en',
): Record<string, string> {
  return Object.fromEntries(
    SOURCE_NAMES.flatMap((name) => {
      const variable = `${PREFIX}${name.toUpperCase()}`;
      const address = env[variable];
      if (!address) return [];
      const url = URL.canParse(address) ? new URL(address) : undefined;
      const isHere = url?.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
      if (url?.protocol !== 'https:' && !isHere)
        throw new AppError('input/bad-option', {
          option: variable,
          problem: COMMON[locale].httpsAddress,
        });
      return [[name, address.replace(/\/+$/, '')]];
    }),
  );
}
