// Owns where the product's own folder is: that of package.json, whether its code runs as written or as built into dist/app.
import { fileURLToPath } from 'node:url';

const built = import.meta.url.endsWith('.js');

export const PRODUCT_ROOT = fileURLToPath(new URL(built ? '../../../../' : '../../', import.meta.url));
