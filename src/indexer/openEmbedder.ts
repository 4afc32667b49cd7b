import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReranker } from '../node.js'
import { isUrl, locateModel } from '../store/locateModel.js'
import { MANIFEST_FILE, type Manifest } from '../store/manifest.js'
import { sha256 } from '../store/sha256.js'
import type { Embedder } from './meanings.js'

/** The model that reranks, as one that embeds: on all cores, with onnxruntime-node where it is installed. @throws RerankError */
export async function openEmbedder(
  model: string,
  signal?: AbortSignal,
): Promise<Embedder & { dispose(): Promise<void> }> {
  const reranker = await createReranker({ model, cacheBytes: 0, ...(signal ? { signal } : {}) })
  try {
    const [probe] = await reranker.embed(['width'])
    return {
      model: reranker.info.model,
      sha256: await fingerprint(locateModel(model)),
      width: probe!.length,
      embed: texts => reranker.embed(texts, signal ? { signal } : {}),
      dispose: () => reranker.dispose(),
    }
  } catch (error) {
    await reranker.dispose()
    throw error
  }
}

/** Of all of the model's files, by the hashes that its manifest states. */
async function fingerprint(place: string): Promise<string> {
  const manifest: Manifest = isUrl(place)
    ? await (await fetch(place + MANIFEST_FILE)).json()
    : JSON.parse(await readFile(join(place, MANIFEST_FILE), 'utf8'))
  return sha256(new TextEncoder().encode(manifest.files.map(file => file.sha256).join()))
}
