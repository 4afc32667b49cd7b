import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { RerankError } from '../../src/api/errors.js'
import type { Dtype } from '../../src/api/models.js'
import { toolError } from '../../src/api/toolErrors.js'
import { createPrompter, type EncodedPrompt } from '../../src/engine/prompt.js'
import {
  type Architecture,
  MANIFEST_FILE,
  type Manifest,
  type ModelFile,
  type Probe,
  type Prompt,
  TOKENIZER_FILE,
  WEIGHTS_FILE,
} from '../../src/model/manifest.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { openWeightsFrom } from '../../src/model/safetensors.js'
import type { Storage } from '../../src/model/tensorLayout.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { tokenId } from './aloneTemplate.js'
import { type Checkpoint, openCheckpoint } from './checkpoint.js'
import type { CheckpointFolder } from './checkpointFolder.js'
import { cutVocabulary, type VocabularyOptions } from './cutVocabulary.js'
import type { EmbedderOptions } from './embedder.js'
import { HashedFile } from './hashedFile.js'
import { type Loss, openRuntime, proveEmbeddings, proveModel } from './loss.js'
import { openFile } from './openFile.js'
import { PROBE_PASSAGES, PROBE_QUERY, type ProbeModel, type ProbeRun } from './probe.js'
import { promptTemplate } from './promptTemplate.js'
import { readTokenizer, type TokenizerFile } from './tokenizerFile.js'
import { understood } from './understood.js'
import { layersWorthBits } from './wideLayers.js'
import { writeOnnx } from './writeOnnx.js'
import { writeWeights } from './writeWeights.js'

export interface ConversionOptions extends EmbedderOptions, VocabularyOptions {
  /** Of a T5 that answers with a word whether a passage is relevant, as monoT5: the words that say yes and no. */
  answers?: readonly [yes: string, no: string]
  /** Folder of the converted model. */
  out: string
  /** The dtype of the weights. @default 'q8' */
  dtype?: Dtype
  /** With q4: the number of encoder layers, those that lose most in 4 bits, that are stored in 8. @default 0 */
  wide?: number
  /** The number of views. mvp-bert checkpoints fix it; cross-encoders have none. @default 4 */
  views?: number
  /** Longest prompt, in tokens. @default an mvp-bert checkpoint's own, all that a cross-encoder can read, else 256 */
  maxLength?: number
  /** Also write the graphs as .onnx files. @default false */
  onnx?: boolean
  /** @default the name of the output folder */
  name?: string
  /** @default the licence in the checkpoint's README.md, or 'unknown' */
  license?: string
  /** The origin of the checkpoint. @default the name of its folder */
  origin?: string
  /** Replace the output folder if it exists and holds a model. @default false */
  force?: boolean
  onProgress?: (progress: ConversionProgress) => void
  /** Called with what the converter takes the checkpoint for, by subject, before it works. */
  onUnderstood?: (found: ReadonlyMap<string, string>) => void
  signal?: AbortSignal
}

export interface ConversionProgress {
  phase: 'weights' | 'probe' | 'onnx'
  /** 0 to 1. */
  share: number
}

export interface ConversionReport {
  name: string
  out: string
  dtype: Dtype
  /** The number of parameters. */
  parameters: number
  /** The size of all files that a page downloads. */
  bytes: number
  files: { path: string; bytes: number }[]
  /** The loss of the probe's scores against full precision. */
  loss: Loss
  seconds: number
}

/**
 * Converts a checkpoint folder to a model folder (models/README.md). It writes to a temporary folder beside `out`,
 * which replaces `out` at the end. An error or an abort leaves nothing behind.
 * @throws RerankError output-exists, and those of openCheckpoint, readTokenizer, cutVocabulary, promptTemplate and
 * writeWeights
 */
export async function convert(folder: string, options: ConversionOptions): Promise<ConversionReport> {
  const started = performance.now()
  const out = resolve(options.out)
  checkOutput(out, options.force ?? false)
  const opened = openCheckpoint(folder, options)
  try {
    const { vocabulary } = opened.architecture
    const read = readTokenizer(opened.encoder, vocabulary, markersOf(opened))
    const { checkpoint, tokenizer } = cutVocabulary(opened, read, options)
    // Not mkdtemp: its folders are private, and a web server must read this one.
    const temporary = `${out}.partial-${randomUUID()}`
    await mkdir(temporary, { recursive: true })
    try {
      const { manifest, loss, extra } = await writeModel(checkpoint, tokenizer, temporary, out, options)
      options.signal?.throwIfAborted()
      if (options.force) await rm(out, { recursive: true, force: true })
      await rename(temporary, out)
      const manifestFile = { path: MANIFEST_FILE, bytes: openSize(join(out, MANIFEST_FILE)) }
      const files = [manifestFile, ...manifest.files].map(({ path, bytes }) => ({ path, bytes }))
      return {
        name: manifest.name,
        out: options.out,
        dtype: manifest.dtype,
        parameters: checkpoint.specs.reduce(
          (sum, { shape }) => sum + shape.reduce((size, extent) => size * extent, 1),
          0,
        ),
        bytes: files.reduce((sum, file) => sum + file.bytes, 0),
        files: [...files, ...extra],
        loss,
        seconds: Math.round(performance.now() - started) / 1000,
      }
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      throw error
    }
  } finally {
    opened.close()
  }
}

/** A typing error in `--out … --force` must not delete anything but a model. */
function checkOutput(out: string, force: boolean): void {
  if (!existsSync(out)) return
  if (!force) throw toolError('output-exists', `${out} exists already`)
  if (existsSync(join(out, MANIFEST_FILE)) || readdirSync(out).length === 0) return
  throw toolError('output-exists', `${out} is not a model's folder, so it is not replaced`)
}

async function writeModel(
  checkpoint: Checkpoint,
  tokenizer: TokenizerFile,
  temporary: string,
  out: string,
  options: ConversionOptions,
): Promise<{ manifest: Manifest; loss: Loss; extra: { path: string; bytes: number }[] }> {
  const { dtype = 'q8', onProgress = () => {}, signal } = options
  const { architecture } = checkpoint
  const views = options.views ?? checkpoint.views ?? 4
  if (!architecture.anchor && options.views !== undefined) {
    const kind = architecture.embedder ? 'an embedder' : 'a pointwise cross-encoder'
    throw new RerankError('bad-option', `The checkpoint is ${kind}, which has no views`)
  }
  const prompt = promptTemplate(checkpoint, tokenizer, views)
  const license = options.license ?? licenseOf(checkpoint.folder)
  options.onUnderstood?.(understood(checkpoint, prompt, license))
  const prompts = probePrompts(prompt, tokenizer)

  const model = { architecture: withSkipped(checkpoint, tokenizer), views, prompt }
  const storage = await storageOf(checkpoint, model, prompts, options)
  const weightsFile = await writeWeights(
    checkpoint,
    temporary,
    storage,
    share => onProgress({ phase: 'weights', share }),
    signal,
  )
  const tokenizerFile = writeFileHashed(temporary, TOKENIZER_FILE, tokenizer.bytes)

  const weights = openFile(join(temporary, WEIGHTS_FILE))
  try {
    const source = openWeightsFrom(weights)
    const { scores, errors, loss } = await proveModel(checkpoint.source, source, { ...model, dtype }, prompts, {
      onProgress: share => onProgress({ phase: 'probe', share }),
      signal,
    })
    const texts = { query: PROBE_QUERY, passages: PROBE_PASSAGES }
    const alone = architecture.embedder ? undefined : embeddingPrompts(prompt, tokenizer.json, texts)
    const embeddings = alone && (await proveEmbeddings(checkpoint.source, source, { ...model, dtype }, alone, signal))
    const manifest: Manifest = parseManifest({
      format: 'mvp-rerank',
      version: 1,
      name: options.name ?? basename(out),
      ...model,
      ...storage,
      defaults: { depth: checkpoint.depth, refine: 0 },
      files: [weightsFile, tokenizerFile],
      license,
      origin: options.origin ?? checkpoint.folder.name,
      probe: { ...texts, scores, errors, ...(embeddings ? { embeddings } : {}) },
    } satisfies Manifest)
    await writeFile(join(temporary, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`)
    const extra = options.onnx
      ? writeOnnx(source, { ...model, depth: checkpoint.depth }, dtype, temporary, share =>
          onProgress({ phase: 'onnx', share }),
        )
      : []
    return { manifest, loss, extra }
  } finally {
    weights.close()
  }
}

const markersOf = ({ alone }: Checkpoint) => (alone?.markers ? [alone.markers.query, alone.markers.passage] : [])

/** Late interaction leaves some words out, by their ids. */
function withSkipped({ architecture, alone }: Checkpoint, tokenizer: TokenizerFile): Architecture {
  if (!alone?.markers) return architecture
  const { encode } = createTokenizer(tokenizer.json)
  const skipped = alone.markers.skipped.flatMap(word => tokenId(tokenizer, word) ?? encode(word)[0] ?? [])
  return { ...architecture, embedder: { ...alone.embedder, skipped } } as Architecture
}

async function storageOf(
  checkpoint: Checkpoint,
  model: ProbeModel,
  prompts: readonly EncodedPrompt[],
  { dtype = 'q8', wide = 0, signal }: ConversionOptions,
): Promise<Storage> {
  if (wide === 0) return { dtype }
  if (dtype !== 'q4') throw new RerankError('bad-option', `Layers are stored wider in q4 alone, not in ${dtype}`)
  const runtime = await openRuntime()
  try {
    const run: ProbeRun = { runtime, dialect: { device: 'wasm', precision: 'fp32' }, signal }
    return { dtype, wide: await layersWorthBits(checkpoint.source, model, prompts, wide, run) }
  } finally {
    await runtime.dispose()
  }
}

function probePrompts(prompt: Prompt, tokenizer: TokenizerFile): EncodedPrompt[] {
  const { rerank, embed } = createPrompter(prompt, createTokenizer(tokenizer.json))
  const prompts =
    prompt.rerank.length > 0
      ? PROBE_PASSAGES.map(text => rerank(PROBE_QUERY, { text }))
      : [embed!(PROBE_QUERY, 'query'), ...PROBE_PASSAGES.map(text => embed!(text))]
  if (new Set(prompts.map(({ ids }) => String(ids))).size < prompts.length) {
    throw new RerankError('bad-option', `Prompts of ${prompt.maxLength} tokens leave no room for passages`)
  }
  return prompts
}

/** Prompts of the probe's texts alone, the query first. None if the model has no embeddings. */
export function embeddingPrompts(
  prompt: Prompt,
  tokenizer: unknown,
  { query, passages }: Pick<Probe, 'query' | 'passages'>,
): EncodedPrompt[] | undefined {
  const { embed } = createPrompter(prompt, createTokenizer(tokenizer))
  return embed && [query, ...passages].map(text => embed(text))
}

function writeFileHashed(folder: string, path: string, bytes: Uint8Array): ModelFile {
  const file = new HashedFile(folder, path)
  try {
    file.write(bytes)
    return file.summary()
  } finally {
    file.close()
  }
}

function openSize(path: string): number {
  const file = openFile(path)
  file.close()
  return file.bytes
}

/** The licence in the header of a Hugging Face model card. */
function licenseOf(folder: CheckpointFolder): string {
  const card = folder.has('README.md') ? new TextDecoder().decode(folder.read('README.md')) : ''
  return /^---\r?\n[\s\S]*?^license:\s*(\S+)[\s\S]*?^---\r?$/m.exec(card)?.[1] ?? 'unknown'
}
