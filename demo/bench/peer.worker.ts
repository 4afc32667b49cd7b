import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@xenova/transformers'
import { expose } from 'comlink'
import { selfContainedParts } from '../../src/graph/onnx.js'
import type { BertArchitecture } from '../../src/model/manifest.js'
import { loadModel } from '../../src/store/loadModel.js'
import { openParts } from '../../src/store/openParts.js'
import { UrlSource } from '../../src/store/urlSource.js'
import { buildPeerGraph } from './peerGraph.js'

export interface PeerOptions {
  /** URL of our model's folder, with a slash at its end. */
  model: string
  /** URL of the folder of onnxruntime's files. */
  runtime: string
  device: 'wasm' | 'webgpu'
  threads: number
}

export interface Scored {
  /** In the order of the passages. */
  scores: number[]
  ms: number
}

const BATCH = 16
/** Where transformers.js looks for the model that is written here; no server ever sees it. */
const NAME = 'peer'

let tokenizer: PreTrainedTokenizer
let model: PreTrainedModel

/** Writes the cross-encoder from our own weights into memory, and loads it in transformers.js. @returns its bytes */
async function prepare({ model: folder, runtime, device, threads }: PeerOptions): Promise<number> {
  const { manifest, weights, tokenizer: words } = await loadModel(new UrlSource(folder, { openParts }))
  const architecture = manifest.architecture as BertArchitecture
  // What transformers.js takes by default on each device.
  const dtype = device === 'webgpu' ? 'fp32' : 'q8'
  const file = new Blob(selfContainedParts(buildPeerGraph(weights, architecture, dtype)) as Uint8Array<ArrayBuffer>[])
  const { maxLength } = manifest.prompt
  const files: Record<string, Blob> = {
    'config.json': json({
      model_type: 'bert',
      architectures: ['BertForSequenceClassification'],
      hidden_size: architecture.width,
      num_hidden_layers: architecture.layers,
      num_attention_heads: architecture.heads,
      id2label: { 0: 'LABEL_0' },
    }),
    'tokenizer.json': json(words),
    'tokenizer_config.json': json({
      tokenizer_class: 'BertTokenizer',
      model_max_length: maxLength,
      unk_token: '[UNK]',
      sep_token: '[SEP]',
      pad_token: '[PAD]',
      cls_token: '[CLS]',
      mask_token: '[MASK]',
    }),
    [`onnx/${dtype === 'q8' ? 'model_quantized' : 'model'}.onnx`]: file,
  }
  Object.assign(env, {
    allowRemoteModels: false,
    allowLocalModels: true,
    localModelPath: '/written-here/',
    useBrowserCache: false,
    useWasmCache: false,
    fetch: async (address: string | URL) => {
      const path = String(address).split(`/${NAME}/`)[1]
      const found = path === undefined ? undefined : files[path]
      return found ? new Response(found) : new Response(null, { status: 404, statusText: 'Not Found' })
    },
  })
  const { wasm } = env.backends.onnx as { wasm: { wasmPaths: unknown; numThreads: number } }
  // Its own choice of build, from this site in place of a CDN.
  const build = `${runtime}ort-wasm-simd-threaded.asyncify`
  wasm.wasmPaths = { mjs: `${build}.mjs`, wasm: `${build}.wasm` }
  wasm.numThreads = threads
  tokenizer = await AutoTokenizer.from_pretrained(NAME)
  model = await AutoModelForSequenceClassification.from_pretrained(NAME, { dtype, device })
  return file.size
}

/** @param batched in batches of passages of like length, its best; otherwise in one call, its default */
async function score(query: string, passages: string[], batched: boolean): Promise<Scored> {
  const scores: number[] = []
  const start = performance.now()
  for (const places of batched ? ofLikeLength(passages) : [[...passages.keys()]]) {
    const texts = places.map(place => passages[place]!)
    const pairs = { text_pair: texts, padding: true, truncation: true }
    const { logits } = await model(tokenizer(new Array<string>(texts.length).fill(query), pairs))
    for (const [i, [logit]] of (logits.tolist() as number[][]).entries()) scores[places[i]!] = logit!
  }
  return { scores, ms: performance.now() - start }
}

function ofLikeLength(passages: readonly string[]): number[][] {
  const sorted = [...passages.keys()].sort((a, b) => passages[a]!.length - passages[b]!.length)
  return Array.from({ length: Math.ceil(sorted.length / BATCH) }, (_, i) => sorted.slice(BATCH * i, BATCH * (i + 1)))
}

const json = (value: unknown) => new Blob([JSON.stringify(value)])

const peer = { prepare, score }
export type Peer = typeof peer
expose(peer)
