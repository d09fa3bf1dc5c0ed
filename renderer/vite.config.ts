// Owns how the interface is built: one page, a chunk for each route, into dist/renderer.
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where `npm run dev` finds a host, started beside it by `npx phasor serve --no-token`. */
const host = process.env.PHASOR_HOST ?? 'http://127.0.0.1:7424';

export default defineConfig({
  root: here('.'),
  base: '/',
  cacheDir: here('../.cache/vite'),
  plugins: [vue()],
  // What vue-i18n and Vue leave out when told that nobody uses it.
  define: {
    __VUE_OPTIONS_API__: true, // Naive UI has components of this kind
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: here('../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    modulePreload: { polyfill: false },
    // The security policy allows no data: scripts or fonts; small pictures may stay inline.
    assetsInlineLimit: 1024,
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/rpc': { target: host, ws: true },
      '/session': { target: host },
      '/upload': { target: host },
      '/files': { target: host },
    },
  },
});
