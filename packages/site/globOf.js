/**
 * A glob of one path alone. A comma would separate globs.
 *
 * @param {string} path
 */
export function globOf(path) {
  return path.replace(/[\\$^*+?.()|[\]{}!]/g, '\\$&').replaceAll(',', '?')
}
