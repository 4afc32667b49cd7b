import type { Host } from './host.js'

const VITE = { fixture: 'vite', package: 'vite', develop: 'vite --port {port} --strictPort', build: 'vite build' }
const VITE_PAGES = { serve: 'vite preview --port {port} --strictPort', pages: ['app/', 'app/own.html'] }

/** Those of `npm run test:full`. */
export const usualHosts: readonly Host[] = [
  { ...VITE, ...VITE_PAGES, name: 'Vite 8', versions: { vite: '^8.0.0' } },
  { ...VITE, ...VITE_PAGES, name: 'Vite 6', versions: { vite: '^6.0.0' } },
  {
    name: 'Next.js 16, Turbopack',
    fixture: 'next',
    package: 'next',
    develop: 'next dev --port {port}',
    build: 'next build',
    serve: 'next start --port {port}',
  },
  {
    name: 'Next.js 16, webpack',
    fixture: 'next',
    package: 'next',
    develop: 'next dev --webpack --port {port}',
    build: 'next build --webpack',
    serve: 'next start --port {port}',
  },
  {
    name: 'Astro 5',
    fixture: 'astro',
    package: 'astro',
    develop: 'astro dev --port {port}',
    build: 'astro build',
    serve: 'astro preview --port {port}',
  },
  {
    name: 'webpack 5',
    fixture: 'webpack',
    package: 'webpack',
    pages: ['', 'own.html'],
    develop: 'webpack serve --mode development --port {port}',
    build: 'webpack build --mode production --fail-on-warnings',
    serve: { folder: 'public' },
  },
  {
    name: 'No bundler',
    fixture: 'plain',
    package: 'mvp-rerank',
    publicFolder: '.',
    build: 'mvp-rerank copy-assets .',
    serve: { folder: '.' },
  },
]

/** Its pages are opened as those of an extension of Chromium. */
export const extension: Host = {
  name: 'Chrome extension, Manifest V3',
  fixture: 'extension',
  package: 'vite',
  pages: ['index.html'],
  build: 'vite build',
}

const CPU = process.arch === 'arm64' ? 'aarch64' : process.arch
// Their packages link the binary by an install script, which is not run here.
const BUN = `node_modules/@oven/bun-${process.platform}-${CPU}/bin/bun`
const DENO = `node_modules/@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}/deno`

const COPIED = 'mvp-rerank copy-assets public'
const BUILT = { serve: { folder: 'public' } }

/** More of `npm run test:hosts`. */
export const otherHosts: readonly Host[] = [
  { ...VITE, ...VITE_PAGES, name: 'Vite 5', versions: { vite: '^5.0.0' } },
  { ...VITE, ...VITE_PAGES, name: 'Vite 7', versions: { vite: '^7.0.0' } },
  {
    name: 'Astro 7',
    fixture: 'astro',
    package: 'astro',
    versions: { astro: '^7.0.0' },
    node: '22',
    develop: 'astro dev --port {port}',
    build: 'astro build',
    serve: 'astro preview --port {port}',
  },
  {
    name: 'Nuxt 4',
    fixture: 'nuxt',
    package: 'nuxt',
    node: '22',
    develop: 'nuxt dev --port {port} --no-fork',
    build: 'nuxt build',
    serve: 'env NITRO_PORT={port} node .output/server/index.mjs',
  },
  {
    name: 'SvelteKit',
    fixture: 'sveltekit',
    package: '@sveltejs/kit',
    node: '22',
    publicFolder: 'static',
    singleThreaded: ['development', 'build'],
    develop: 'vite dev --port {port} --strictPort',
    build: 'vite build',
    serve: 'vite preview --port {port} --strictPort',
  },
  {
    name: 'React Router',
    fixture: 'react-router',
    package: 'react-router',
    node: '22',
    singleThreaded: ['development', 'build'],
    develop: 'react-router dev --port {port} --strictPort',
    build: 'react-router build',
    serve: 'env PORT={port} react-router-serve ./build/server/index.js',
  },
  {
    name: 'Angular',
    fixture: 'angular',
    package: '@angular/core',
    node: '22',
    // npm 10 fails on the optional peers of @angular/build.
    npm: ['--legacy-peer-deps'],
    prepare: COPIED,
    develop: 'ng serve --port {port}',
    build: 'ng build',
    serve: { folder: 'dist/browser' },
  },
  {
    name: 'Rspack',
    fixture: 'rspack',
    package: '@rspack/core',
    pages: ['', 'own.html'],
    develop: 'rspack serve --mode development --port {port}',
    build: 'rspack build --mode production',
    ...BUILT,
  },
  { name: 'Rollup', fixture: 'rollup', package: 'rollup', prepare: COPIED, build: 'rollup --config', ...BUILT },
  {
    name: 'esbuild',
    fixture: 'esbuild',
    package: 'esbuild',
    singleThreaded: ['development'],
    prepare: COPIED,
    develop: 'esbuild main.js --bundle --format=esm --outdir=public/out --servedir=public --serve={port}',
    build: 'esbuild main.js --bundle --format=esm --minify --outdir=public/out',
    ...BUILT,
  },
  {
    name: 'Parcel 2',
    fixture: 'parcel',
    package: 'parcel',
    publicFolder: 'dist',
    prepare: 'mvp-rerank copy-assets dist',
    singleThreaded: ['development'],
    develop: 'parcel index.html --port {port}',
    build: 'parcel build index.html',
    serve: { folder: 'dist' },
  },
  {
    name: 'Bun, bundler',
    fixture: 'bun',
    package: 'bun',
    prepare: COPIED,
    build: `${BUN} build main.js --outdir public/out`,
    ...BUILT,
  },
]

/** Programs outside the browser, with `mvp-rerank/node`. */
export const runtimes: readonly Host[] = [
  { name: 'Node 20', fixture: 'node', package: 'node', publicFolder: '.', run: 'node rank.mjs' },
  { name: 'Node 22', fixture: 'node', package: 'node', publicFolder: '.', node: '22', run: 'node rank.mjs' },
  { name: 'Node 24', fixture: 'node', package: 'node', publicFolder: '.', node: '24', run: 'node rank.mjs' },
  { name: 'Bun', fixture: 'node', package: 'bun', adds: { bun: '^1.3.0' }, publicFolder: '.', run: `${BUN} rank.mjs` },
  {
    name: 'Deno',
    fixture: 'node',
    package: 'deno',
    adds: { deno: '^2.0.0' },
    publicFolder: '.',
    run: `${DENO} run --allow-all rank.mjs`,
  },
]
