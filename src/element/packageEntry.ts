type PackageEntry = typeof import('../index.js')

let loaded: PackageEntry | undefined

/** Loads the package's main entry when the search is first used, so that a page that never searches never loads it. */
export async function loadPackage(): Promise<PackageEntry> {
  loaded ??= await import('../index.js')
  return loaded
}

/** The entry, for those that run once a list of results is there: the index that it came from was opened with it. */
export function loadedPackage(): PackageEntry {
  if (!loaded) throw new Error('Results are shown before the index was opened.')
  return loaded
}
