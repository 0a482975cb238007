import { globSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

const pages = globSync('*/index.html', { cwd: root });

/** One HTML file a page. scripts/bootstrap/web.mjs runs this, and the api serves the output. */
export default defineConfig({
  root,
  // The pages stand at fixed paths of the service's origin.
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  build: {
    target: 'es2022',
    cssTarget: ['chrome111', 'safari16.4', 'firefox114'],
    assetsDir: 'assets',
    // The policy of the pages admits no data in scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rolldownOptions: { input: pages.map((path) => join(root, path)) },
  },
});
