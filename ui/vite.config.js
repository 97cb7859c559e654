// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/* In development the pages of one application are served from its own html file, as the server will do. */
const pages = [
  [/^\/staff(\/|$)/, '/staff.html'],
  [/^\/field(\/|$)/, '/field.html'],
  [/^\/(report|rate|roots)?$|^\/[tl]\//, '/public.html'],
];
const developmentPages = {
  name: 'linli-development-pages',
  configureServer(server) {
    server.middlewares.use((request, _answer, next) => {
      const path = (request.url ?? '').split('?')[0];
      const wantsPage = (request.headers.accept ?? '').includes('text/html');
      const page = wantsPage && pages.find(([pattern]) => pattern.test(path));
      if (page) {
        request.url = page[1];
      }
      next();
    });
  },
};

const server = process.env.LINLI_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  appType: 'mpa',
  base: '/',
  publicDir: false,
  plugins: [vue(), developmentPages],
  resolve: { alias: { '@kit': here('./kit') } },
  define: {
    __VUE_OPTIONS_API__: false,
  },
  server: { proxy: { '/api': server, '/live': server } },
  build: {
    target: ['es2020', 'chrome86'],
    cssTarget: 'chrome86',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    restoreMocks: true,
    /* Its modules import their own styles. */
    server: { deps: { inline: ['element-plus'] } },
  },
});
