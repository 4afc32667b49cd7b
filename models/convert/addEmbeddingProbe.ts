import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MANIFEST_FILE, type Manifest, TOKENIZER_FILE, WEIGHTS_FILE } from '../../src/model/manifest.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { openWeights } from '../../src/model/safetensors.js'
import { embeddingPrompts } from './convert.js'
import { proveEmbeddings } from './loss.js'

/**
 * Adds the embedding probe to a model that was converted before manifests had one.
 * @param from the model closest to full precision; without the checkpoint, its most precise conversion
 */
export async function addEmbeddingProbe(
  folder: string,
  from: string,
): Promise<NonNullable<Manifest['probe']['embeddings']>> {
  const model = open(folder)
  const { manifest } = model
  const tokenizer = JSON.parse(readFileSync(join(folder, TOKENIZER_FILE), 'utf8'))
  const prompts = embeddingPrompts(manifest.prompt, tokenizer, manifest.probe)
  if (!prompts) throw new Error(`${folder} embeds no texts.`)
  const embeddings = await proveEmbeddings(open(from).weights, model.weights, manifest, prompts)
  // Unchanged, the order of its fields included.
  const written = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8'))
  written.probe.embeddings = embeddings
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(written, null, 1)}\n`)
  return embeddings
}

function open(folder: string) {
  const manifest = parseManifest(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')))
  return { manifest, weights: openWeights(readFileSync(join(folder, WEIGHTS_FILE)), manifest) }
}
