type PackageEntry = typeof import('../index.js')

let loaded: PackageEntry | undefined

/** Loads the package's main entry at the first use. A page that never searches never loads it. */
export async function loadPackage(): Promise<PackageEntry> {
  loaded ??= await import('../index.js')
  return loaded
}

/** The loaded entry. Call it only once there are results: opening their index has loaded the entry. */
export function loadedPackage(): PackageEntry {
  if (!loaded) throw new Error('Results are shown before the index was opened.')
  return loaded
}
