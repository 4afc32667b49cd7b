/** One file of a site's build. */
export interface SiteFile {
  /** Relative to the service worker's folder: `assets/main.js`; `docs/index.html` for the page at `docs/`. */
  path: string
  /** SHA-256 of its bytes, hex. */
  sha256: string
  /**
   * When it is fetched to be kept: with the service worker (`install`), or when a page first asks for it (`use`).
   * @default 'install'
   */
  when?: 'install' | 'use'
}

/**
 * What a site tells the service worker, as `self.mvpRerank`, before its script is run. It belongs into the same script:
 * browsers see by its bytes that there is a new version.
 * @example self.mvpRerank = { files: [{ path: 'index.html', sha256: '9f86d0…' }] }
 */
export interface OfflineOptions {
  /**
   * The files that together are one version of the site. Without any, nothing is kept and pages are only isolated.
   * @default []
   */
  files?: readonly SiteFile[]
  /**
   * What documents and scripts of workers say for `Cross-Origin-Embedder-Policy`, which threads of WebAssembly need;
   * `false` leaves headers as they are.
   * @default 'require-corp'
   */
  isolation?: 'require-corp' | 'credentialless' | false
}

/** Name of the cache; other caches of the origin are left alone. */
export const CACHE = 'mvp-rerank-site'

/**
 * What pages may tell the service worker: to take the place of the former version, to serve pages that were loaded past
 * it.
 */
export type PageMessage = { mvpRerank: 'activate' | 'claim' }

/** What the service worker tells its pages. */
export type WorkerMessage = { mvpRerank: 'not-kept'; reason: string }
