// Owns addresses of sources that the environment gives in place of their own, as for a gateway: PHASOR_URL_JQUANTS=https://...
import { AppError } from '../../core/base/errors.ts';
import { SOURCE_NAMES } from '../../core/data/sources/registry.node.ts';

const PREFIX = 'PHASOR_URL_';

/** @throws input/bad-option for an address that would carry a key in the clear to another machine */
export function sourceAddresses(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
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
          problem: 'write an address that begins with https://',
        });
      return [[name, address.replace(/\/+$/, '')]];
    }),
  );
}
