import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import type { FilesStatus, Progress } from '../api/ranking.js'
import { MANIFEST_FILE, type Manifest, type ModelFile, TOKENIZER_FILE, WEIGHTS_FILE } from '../model/manifest.js'
import { parseManifest } from '../model/parseManifest.js'
import { linkSignals } from '../util/abort.js'
import { type ModelSource, sameBytes } from './modelSource.js'

/** The files of a model, each with the hash that the manifest names. */
export interface ModelFiles<T = Uint8Array> {
  manifest: Manifest
  weights: Uint8Array
  tokenizer: T
}

export interface ReadModelOptions {
  signal?: AbortSignal | undefined
  onProgress?: ((progress: Progress) => void) | undefined
  onStatus?: ((status: FilesStatus) => void) | undefined
}

/**
 * Reads a model's manifest and the files that it names.
 * @param useTokenizer what to make of the tokenizer's file while the weights, which are larger, are still read
 * @throws RerankError `bad-manifest`, `version-mismatch`, `model-not-found`, `download-failed`, `hash-mismatch`,
 * `out-of-memory`
 * @throws `signal.reason`
 */
export async function readModel<T = Uint8Array>(
  source: ModelSource,
  options: ReadModelOptions = {},
  useTokenizer = (bytes: Uint8Array) => bytes as T,
): Promise<ModelFiles<T>> {
  const bytes = await source.readManifest(options)
  try {
    return await loadFiles(source, bytes, options, useTokenizer)
  } catch (error) {
    // A new version may have replaced the old one during the download. Or the network is gone, and an older version is
    // kept.
    options.signal?.throwIfAborted()
    if (!(error instanceof RerankError && filesMayHaveChanged.has(error.code))) throw error
    const now = await source.readManifest({ ...options, recheck: true }).catch(() => undefined)
    options.signal?.throwIfAborted()
    if (!now || sameBytes(bytes, now)) throw error
    return loadFiles(source, now, options, useTokenizer)
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

async function loadFiles<T>(
  source: ModelSource,
  bytes: Uint8Array,
  options: ReadModelOptions,
  useTokenizer: (bytes: Uint8Array) => T,
): Promise<ModelFiles<T>> {
  const manifest = parseManifest(parseJson(bytes))
  const needed = [TOKENIZER_FILE, WEIGHTS_FILE].map(path => fileOf(manifest, path, source))
  const files = await readFiles(source, needed as [ModelFile, ModelFile], options, useTokenizer)
  await source.complete?.(options)
  return { manifest, ...files }
}

async function readFiles<T>(
  source: ModelSource,
  files: readonly [tokenizer: ModelFile, weights: ModelFile],
  { signal, onProgress, onStatus }: ReadModelOptions,
  useTokenizer: (bytes: Uint8Array) => T,
): Promise<Omit<ModelFiles<T>, 'manifest'>> {
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  const loaded = files.map(() => 0)
  const reportProgress = () =>
    onProgress?.({ phase: 'download', loaded: loaded.reduce((sum, bytes) => sum + bytes, 0), total })
  reportProgress()
  // If one file fails, the others stop.
  const { controller: stop, release } = linkSignals([signal])
  const [tokenizer, weights] = files.map(async (file, i) => {
    const onBytes = (bytes: number) => {
      loaded[i] = bytes
      reportProgress()
    }
    return source.readFile(file, { signal: stop.signal, onBytes, onStatus })
  }) as [Promise<Uint8Array>, Promise<Uint8Array>]
  const reading = [tokenizer.then(useTokenizer), weights] as const
  try {
    const [tokenizer, weights] = await Promise.all(reading)
    return { tokenizer, weights }
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
