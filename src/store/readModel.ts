import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { FilesStatus, Progress } from '../api/ranking.js'
import { MANIFEST_FILE, type Manifest, type ModelFile, TOKENIZER_FILE, WEIGHTS_FILE } from '../model/manifest.js'
import { parseManifest } from '../model/parseManifest.js'
import { linkSignals } from '../util/abort.js'
import { type ModelSource, sameBytes } from './modelSource.js'

/** The files of a model, each with the hash that the manifest names. */
export interface ModelFiles {
  manifest: Manifest
  weights: Uint8Array
  tokenizer: Uint8Array
}

export interface ReadModelOptions {
  signal?: AbortSignal | undefined
  onProgress?: ((progress: Progress) => void) | undefined
  onStatus?: ((status: FilesStatus) => void) | undefined
}

/**
 * Reads a model's manifest and the files that it names.
 * @throws RerankError `bad-manifest`, `version-mismatch`, `model-not-found`, `download-failed`, `hash-mismatch`,
 * `out-of-memory`
 * @throws `signal.reason`
 */
export async function readModel(source: ModelSource, options: ReadModelOptions = {}): Promise<ModelFiles> {
  const bytes = await source.readManifest(options)
  try {
    return await loadFiles(source, bytes, options)
  } catch (error) {
    // A new version may have replaced the old one during the download. Or the network is gone, and an older version is
    // kept.
    options.signal?.throwIfAborted()
    if (!(error instanceof RerankError && filesMayHaveChanged.has(error.code))) throw error
    const now = await source.readManifest({ ...options, recheck: true }).catch(() => undefined)
    options.signal?.throwIfAborted()
    if (!now || sameBytes(bytes, now)) throw error
    return loadFiles(source, now, options)
  }
}

const filesMayHaveChanged = new Set(['hash-mismatch', 'download-failed', 'model-not-found'])

/** @returns the tokenizer's file alone. @throws RerankError those of `readModel`; `signal.reason` */
export async function readTokenizer(source: ModelSource, signal: AbortSignal): Promise<Uint8Array> {
  const manifest = parseManifest(parseJson(await source.readManifest({ signal })))
  return source.readFile(fileOf(manifest, TOKENIZER_FILE, source), { signal })
}

function fileOf({ files }: Manifest, path: string, { name }: ModelSource): ModelFile {
  const file = files.find(file => file.path === path)
  if (!file) throw modelError('bad-manifest', `The manifest of ${name} names no ${path}.`)
  return file
}

async function loadFiles(source: ModelSource, bytes: Uint8Array, options: ReadModelOptions): Promise<ModelFiles> {
  const manifest = parseManifest(parseJson(bytes))
  const needed = [TOKENIZER_FILE, WEIGHTS_FILE].map(path => fileOf(manifest, path, source))
  const [tokenizer, weights] = await readFiles(source, needed, options)
  await source.complete?.(options)
  return { manifest, weights: weights!, tokenizer: tokenizer! }
}

async function readFiles(
  source: ModelSource,
  files: ModelFile[],
  { signal, onProgress, onStatus }: ReadModelOptions,
): Promise<Uint8Array[]> {
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  const loaded = files.map(() => 0)
  const reportProgress = () =>
    onProgress?.({ phase: 'download', loaded: loaded.reduce((sum, bytes) => sum + bytes, 0), total })
  reportProgress()
  // If one file fails, the others stop.
  const { controller: stop, release } = linkSignals([signal])
  const reading = files.map(async (file, i) => {
    const onBytes = (bytes: number) => {
      loaded[i] = bytes
      reportProgress()
    }
    return source.readFile(file, { signal: stop.signal, onBytes, onStatus })
  })
  try {
    return await Promise.all(reading)
  } catch (error) {
    stop.abort(error)
    await Promise.allSettled(reading)
    throw error
  } finally {
    release()
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw modelError('bad-manifest', `${MANIFEST_FILE} is not JSON.`, { cause })
  }
}
