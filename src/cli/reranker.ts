import type { FusionMode } from '../api/models.js'
import type { CreateOptions, FusionOption, RankOptions, Reranker } from '../api/ranking.js'
import { type OptionSpecs, type OptionValues, oneOf, wholeNumber } from './command.js'
import { progress } from './output.js'

// cpu: onnxruntime-node, wasm: onnxruntime-web. Node has no WebGPU.
const DEVICES = ['auto', 'cpu', 'wasm'] as const
const RUNTIMES = ['auto', 'onnxruntime', 'kernels'] as const
// Only GPUs have half precision.
const PRECISIONS = ['auto', 'int8', 'fp32'] as const
export const FUSION = {
  off: false,
  given: { embed: false },
  embed: { embed: true },
} as const satisfies Record<FusionMode, FusionOption>
const FUSION_MODES = Object.keys(FUSION) as (keyof typeof FUSION)[]

/** The options of every command that ranks. */
export const rerankerOptions = {
  device: {
    value: '<name>',
    default: 'auto',
    about: `Where to compute: ${DEVICES.join(' | ')}; cpu is onnxruntime-node.`,
  },
  runtime: {
    value: '<name>',
    default: 'auto',
    about: `What computes: ${RUNTIMES.join(' | ')}; kernels: our own, in int8, for quantized models wired like BERT.`,
  },
  precision: {
    value: '<name>',
    default: 'auto',
    about: `In which arithmetic: ${PRECISIONS.join(' | ')}; auto: int8 for quantized models.`,
  },
  depth: {
    value: '<layers|cascade>',
    default: "the model's",
    about: "Encoder layers to run, one of the model's exits; cascade: few for all passages, all for the best quarter.",
  },
  refine: {
    value: '<n>',
    default: "the model's",
    about: 'Decode the anchors again over the n best; 0: never.',
  },
  windows: {
    value: '<n>',
    default: "the model's",
    about: 'Split passages that are too long into at most n windows; the best one counts. 1: cut off the end.',
  },
  fusion: {
    value: '<mode>',
    default: "the model's",
    about: `Fuse signals: ${FUSION_MODES.join(' | ')}; given: with the first stage's scores; embed: with embeddings too.`,
  },
} as const satisfies OptionSpecs

type RerankerValues = OptionValues<typeof rerankerOptions>

export interface RerankerSettings {
  create: CreateOptions
  rank: RankOptions
}

/** Checks the options before anything is loaded. @throws RerankError bad-usage */
export function rerankerSettings(command: string, model: string, values: RerankerValues): RerankerSettings {
  const { depth, refine, windows, fusion } = values
  return {
    create: {
      model,
      device: oneOf(command, 'device', values.device ?? 'auto', DEVICES),
      runtime: oneOf(command, 'runtime', values.runtime ?? 'auto', RUNTIMES),
      precision: oneOf(command, 'precision', values.precision ?? 'auto', PRECISIONS),
      ...(depth !== undefined && { depth: depth === 'cascade' ? depth : wholeNumber(command, 'depth', depth, 1) }),
    },
    rank: {
      ...(refine !== undefined && { refine: wholeNumber(command, 'refine', refine, 0) }),
      ...(windows !== undefined && { windows: wholeNumber(command, 'windows', windows, 1) }),
      ...(fusion !== undefined && { fusion: FUSION[oneOf(command, 'fusion', fusion, FUSION_MODES)] }),
    },
  }
}

export async function openReranker(settings: RerankerSettings, signal: AbortSignal): Promise<Reranker> {
  // Imported late, so --help and wrong usage do not load the engine.
  const { createReranker } = await import('../node.js')
  const reranker = await createReranker({
    ...settings.create,
    signal,
    onProgress: ({ phase, loaded, total }) => progress.update(`${phase}: ${Math.round((100 * loaded) / total)} %`),
    onStatus: ({ kind, reason }) => {
      if (kind === 'stepped-down') console.error(`mvp-rerank: ${reason}`)
    },
  })
  progress.clear()
  return reranker
}
