/**
 * The address of a file that the library names by `new URL('./name', import.meta.url)`. Next.js replaces the URL by an
 * object that holds only a path on the page's origin.
 */
export function fileAddress(url: URL): string {
  return new URL(String(url), (globalThis as { location?: { href: string } }).location?.href).href
}
