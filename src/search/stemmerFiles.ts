/** Addresses of the stemmers, by the tags of their languages. */
export type StemmerFiles = Record<string, string>

/**
 * The files beside this module. Each address has the literal form in which every bundler recognizes a file to copy and
 * rename, so no name may be computed. (Our own builds tell Vite to ignore them.)
 */
export function stemmerFiles(): StemmerFiles {
  const urls = {
    ar: new URL(/* @vite-ignore */ './stemmer-ar.js', import.meta.url),
    bg: new URL(/* @vite-ignore */ './stemmer-bg.js', import.meta.url),
    da: new URL(/* @vite-ignore */ './stemmer-da.js', import.meta.url),
    de: new URL(/* @vite-ignore */ './stemmer-de.js', import.meta.url),
    el: new URL(/* @vite-ignore */ './stemmer-el.js', import.meta.url),
    es: new URL(/* @vite-ignore */ './stemmer-es.js', import.meta.url),
    fi: new URL(/* @vite-ignore */ './stemmer-fi.js', import.meta.url),
    fr: new URL(/* @vite-ignore */ './stemmer-fr.js', import.meta.url),
    hi: new URL(/* @vite-ignore */ './stemmer-hi.js', import.meta.url),
    hu: new URL(/* @vite-ignore */ './stemmer-hu.js', import.meta.url),
    id: new URL(/* @vite-ignore */ './stemmer-id.js', import.meta.url),
    it: new URL(/* @vite-ignore */ './stemmer-it.js', import.meta.url),
    lt: new URL(/* @vite-ignore */ './stemmer-lt.js', import.meta.url),
    nl: new URL(/* @vite-ignore */ './stemmer-nl.js', import.meta.url),
    no: new URL(/* @vite-ignore */ './stemmer-no.js', import.meta.url),
    pt: new URL(/* @vite-ignore */ './stemmer-pt.js', import.meta.url),
    ro: new URL(/* @vite-ignore */ './stemmer-ro.js', import.meta.url),
    ru: new URL(/* @vite-ignore */ './stemmer-ru.js', import.meta.url),
    sv: new URL(/* @vite-ignore */ './stemmer-sv.js', import.meta.url),
    ta: new URL(/* @vite-ignore */ './stemmer-ta.js', import.meta.url),
    tr: new URL(/* @vite-ignore */ './stemmer-tr.js', import.meta.url),
    uk: new URL(/* @vite-ignore */ './stemmer-uk.js', import.meta.url),
  }
  return Object.fromEntries(Object.entries(urls).map(([language, url]) => [language, address(url)]))
}

/** Next.js puts an object in place of a URL that holds a path alone. */
function address(url: URL): string {
  return new URL(String(url), (globalThis as { location?: { href: string } }).location?.href).href
}
