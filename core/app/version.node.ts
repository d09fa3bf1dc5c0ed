// Owns the product's version, as results are labelled with it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../package.json', import.meta.url));
export const PRODUCT_VERSION = (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
