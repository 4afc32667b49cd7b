import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The packages that a folder's lock file names and its disk lacks, as paths. npm 11 now and then ends without an error
 * before it has written all of them. Optional ones may be of other systems.
 */
export function missingPackages(folder) {
  const lock = join(folder, 'package-lock.json')
  if (!existsSync(lock)) return []
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'))
  return Object.keys(packages).filter(
    path =>
      path.startsWith('node_modules/') && !packages[path].optional && !existsSync(join(folder, path, 'package.json')),
  )
}
