import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import { archiveFolder } from './archiveFolder.js'
import { type CheckpointFolder, diskFolder } from './checkpointFolder.js'

const CACHED = /^models--/

/**
 * Opens a checkpoint: a folder as it was downloaded, an archive, or, by the model's name, what a hub's cache keeps.
 * @param path of a folder or an archive, or a name such as `intfloat/e5-small-v2`
 * @throws RerankError not-a-folder, missing-file, bad-zip
 */
export function openFolder(path: string, environment: NodeJS.ProcessEnv = process.env): CheckpointFolder {
  const status = existsSync(path) ? statSync(path) : undefined
  if (status?.isFile()) return archiveFolder(path)
  if (status?.isDirectory()) return openDirectory(resolve(path))
  if (/^[\w.-]+\/[\w.-]+$/.test(path)) {
    const cached = join(cacheFolder(environment), `models--${path.replace('/', '--')}`)
    if (existsSync(cached)) return cachedModel(cached)
  }
  throw toolError(
    'not-a-folder',
    `${describeValue(path)} is neither a folder nor an archive, nor a model in the hub's cache`,
  )
}

function openDirectory(path: string): CheckpointFolder {
  if (CACHED.test(basename(path)) && existsSync(join(path, 'snapshots'))) return cachedModel(path)
  const model = dirname(dirname(path))
  // The files of a snapshot are links to the blobs beside it.
  if (basename(dirname(path)) === 'snapshots' && CACHED.test(basename(model))) return snapshot(model, path)
  return diskFolder(path)
}

/** The snapshot that `main` names, or the only one. */
function cachedModel(model: string): CheckpointFolder {
  const reference = join(model, 'refs', 'main')
  const revision = existsSync(reference) ? readFileSync(reference, 'utf8').trim() : undefined
  const all = existsSync(join(model, 'snapshots')) ? readdirSync(join(model, 'snapshots')) : []
  const chosen = revision !== undefined && all.includes(revision) ? revision : all.length === 1 ? all[0] : undefined
  if (chosen === undefined) {
    throw toolError(
      'missing-file',
      `The cache holds ${all.length} snapshots of ${nameOf(model)}, and main is none of them`,
      {
        remedy: 'Pass the folder of a snapshot, or download the model again.',
      },
    )
  }
  return snapshot(model, join(model, 'snapshots', chosen))
}

const snapshot = (model: string, path: string) => diskFolder(path, { root: model, name: nameOf(model) })
const nameOf = (model: string) => basename(model).replace(CACHED, '').replace('--', '/')

function cacheFolder({ HF_HUB_CACHE, HF_HOME }: NodeJS.ProcessEnv): string {
  return HF_HUB_CACHE ?? join(HF_HOME ?? join(homedir(), '.cache', 'huggingface'), 'hub')
}
