/**
 * Addresses of the stemmers beside this module, in the order of `STEMMED_LANGUAGES`. They are absolute, or paths on the
 * page's origin (Next.js). Bundlers only copy and rename files whose names are literals, so no name may be computed.
 * (Our own builds tell Vite to ignore them.)
 */
export function stemmerFiles(): string[] {
  return [
    new URL(/* @vite-ignore */ './stemmer-ar.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-bg.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-da.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-de.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-el.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-es.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-fi.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-fr.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-hi.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-hu.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-id.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-it.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-lt.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-nl.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-no.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-pt.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-ro.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-ru.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-sv.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-ta.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-tr.js', import.meta.url),
    new URL(/* @vite-ignore */ './stemmer-uk.js', import.meta.url),
  ].map(String)
}
