/** One file of a site's build. */
export interface SiteFile {
  /** Relative to the service worker's folder: `assets/main.js`; `docs/index.html` for the page at `docs/`. */
  path: string
  /** SHA-256 of its bytes, hex. */
  sha256: string
  /**
   * When to fetch and keep it: with the service worker (`install`), or on its first request by a page (`use`).
   * @default 'install'
   */
  when?: 'install' | 'use'
}

/**
 * The options that a site gives the service worker, as `self.mvpRerank`, before its script runs. Put them into the same
 * script: browsers detect a new version by the script's bytes.
 * @example self.mvpRerank = { files: [{ path: 'index.html', sha256: '9f86d0…' }] }
 */
export interface OfflineOptions {
  /**
   * The files of one version of the site. Without any, nothing is kept and pages are only isolated.
   * @default []
   */
  files?: readonly SiteFile[]
  /**
   * The `Cross-Origin-Embedder-Policy` of documents and worker scripts, which WebAssembly threads need. `false` leaves
   * headers unchanged.
   * @default 'require-corp'
   */
  isolation?: 'require-corp' | 'credentialless' | false
}

/** The name of the cache. Other caches of the origin are left alone. */
export const CACHE = 'mvp-rerank-site'

/**
 * A page's message to the service worker: `activate` replaces the former version, `claim` serves pages that were loaded
 * without it.
 */
export type PageMessage = { mvpRerank: 'activate' | 'claim' }

/** The service worker's message to its pages. */
export type WorkerMessage = { mvpRerank: 'not-kept'; reason: string }
