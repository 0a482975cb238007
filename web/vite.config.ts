import { globSync } from 'node:fs';
import { hash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { build, defineConfig } from 'vite';
import type { BuildEnvironmentOptions, Plugin } from 'vite';

const root = import.meta.dirname;

const pages = globSync('*/index.html', { cwd: root });

const target = 'es2022';
const HASH_CHARACTERS = 8;

/** Everything a script needs in one file, which a browser runs without the word `module`. */
async function buildAlone(file: string): Promise<string> {
  const options: BuildEnvironmentOptions = {
    target,
    write: false,
    modulePreload: false,
    rolldownOptions: { input: file, output: { format: 'iife' } },
  };
  const built = await build({ configFile: false, root, logLevel: 'warn', build: options });
  const [output] = Array.isArray(built) ? built : 'output' in built ? [built] : [];
  const [chunk, ...more] = output?.output ?? [];
  if (chunk?.type !== 'chunk' || more.length > 0) throw new Error(`${file} is not one script`);
  return chunk.code;
}

/**
 * Puts `<page>/first.ts` into the head of its page. A module would run after the first paint, and a
 * chunk that it shares with others would be one more request before anything is asked for.
 */
function firstScripts(): Plugin {
  const fileOf = new Map<string, string>();
  return {
    name: 'first-scripts',
    async buildStart() {
      for (const page of pages.map(dirname)) {
        const source = await buildAlone(join(root, page, 'first.ts'));
        const tag = hash('sha256', source, 'base64url').slice(0, HASH_CHARACTERS);
        const fileName = `assets/first-${tag}.js`;
        fileOf.set(`/${page}/index.html`, fileName);
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { path }) => [
        { tag: 'script', attrs: { src: `/${fileOf.get(path)}` }, injectTo: 'head-prepend' },
      ],
    },
  };
}

/** One HTML file a page. scripts/bootstrap/web.mjs runs this, and the api serves the output. */
export default defineConfig({
  root,
  // The pages stand at fixed paths of the service's origin.
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [firstScripts()],
  build: {
    target,
    cssTarget: ['chrome111', 'safari16.4', 'firefox114'],
    assetsDir: 'assets',
    // The policy of the pages admits no data in scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rolldownOptions: {
      input: pages.map((path) => join(root, path)),
      output: {
        codeSplitting: {
          // Over HTTP/1.1 browsers load six files of a host at a time: each page has one script
          // of its own and one that all pages share.
          groups: [{ name: 'kit', test: /\/(kit|client|node_modules)\//, minShareCount: 2 }],
        },
      },
    },
  },
});
