// Owns the bundles that vite makes: the interface, and the preload script as the one file that a sandboxed page may have.
import { join } from 'node:path';
import { PRODUCT_ROOT } from '../product-root.ts';

export async function buildRenderer(folder: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: join(PRODUCT_ROOT, 'renderer/vite.config.ts'),
    root: join(PRODUCT_ROOT, 'renderer'),
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true },
  });
}

export const PRELOAD = 'preload.cjs';

export async function buildPreload(folder: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: PRODUCT_ROOT,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: 'chrome140',
      lib: { entry: join(PRODUCT_ROOT, 'preload/preload.ts'), formats: ['cjs'], fileName: () => PRELOAD },
      rolldownOptions: { external: ['electron'] },
    },
  });
}
