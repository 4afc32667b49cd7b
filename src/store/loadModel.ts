import type { Progress } from '../client/types.js'
import { RerankError } from '../errors.js'
import type { TensorSource } from '../graph/tensors.js'
import { MANIFEST_FILE, type Manifest, TOKENIZER_FILE, WEIGHTS_FILE } from './manifest.js'
import { parseManifest } from './parseManifest.js'
import { openWeights } from './safetensors.js'
import type { ModelSource } from './source.js'
import { verify } from './verify.js'

export interface Model {
  manifest: Manifest
  weights: TensorSource
  /** tokenizer.json, parsed. */
  tokenizer: unknown
}

/** Reads a model whole; every file is checked against the manifest before it is used. */
export async function loadModel(
  source: ModelSource,
  { signal, onProgress = () => {} }: { signal?: AbortSignal; onProgress?: (progress: Progress) => void } = {},
): Promise<Model> {
  const abortable = signal ? { signal } : {}
  const manifest = parseManifest(json(await source.read(MANIFEST_FILE, abortable), MANIFEST_FILE))
  const needed = [TOKENIZER_FILE, WEIGHTS_FILE].map(path => {
    const file = manifest.files.find(file => file.path === path)
    if (!file) throw new RerankError('bad-manifest', `The manifest of ${source.name} names no ${path}.`)
    return file
  })
  const total = needed.reduce((sum, file) => sum + file.bytes, 0)
  let loaded = 0
  onProgress({ phase: 'download', loaded, total })
  const [tokenizer, weights] = await Promise.all(
    needed.map(async file => {
      const bytes = await source.read(file.path, {
        ...abortable,
        bytes: file.bytes,
        onBytes: count => {
          loaded += count
          onProgress({ phase: 'download', loaded, total })
        },
      })
      await verify(file, bytes)
      signal?.throwIfAborted()
      return bytes
    }),
  )
  return { manifest, weights: openWeights(weights!), tokenizer: json(tokenizer!, TOKENIZER_FILE) }
}

function json(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const code = path === MANIFEST_FILE ? 'bad-manifest' : 'bad-tokenizer'
    throw new RerankError(code, `${path} is not JSON.`, { cause })
  }
}
