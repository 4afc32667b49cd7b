import type { Host } from './host.js'

const VITE = { fixture: 'vite', package: 'vite', develop: 'vite --port PORT --strictPort', build: 'vite build' }
const VITE_PAGES = { serve: 'vite preview --port PORT --strictPort', pages: ['app/', 'app/own.html'] }

/** Those of `npm run test:full`; they share one installation. */
export const usualHosts: readonly Host[] = [
  { ...VITE, ...VITE_PAGES, name: 'Vite 8', versions: { vite: '^8.0.0' } },
  { ...VITE, ...VITE_PAGES, name: 'Vite 6', versions: { vite: '^6.0.0' } },
  {
    name: 'Next.js 16, Turbopack',
    fixture: 'next',
    package: 'next',
    develop: 'next dev --port PORT',
    build: 'next build',
    serve: 'next start --port PORT',
  },
  {
    name: 'Next.js 16, webpack',
    fixture: 'next',
    package: 'next',
    develop: 'next dev --webpack --port PORT',
    build: 'next build --webpack',
    serve: 'next start --port PORT',
  },
  {
    name: 'Astro 5',
    fixture: 'astro',
    package: 'astro',
    develop: 'astro dev --port PORT',
    build: 'astro build',
    serve: 'astro preview --port PORT',
  },
  {
    name: 'webpack 5',
    fixture: 'webpack',
    package: 'webpack',
    pages: ['', 'own.html'],
    develop: 'webpack serve --mode development --port PORT',
    build: 'webpack --mode production --fail-on-warnings',
    serve: { folder: 'public' },
  },
]
