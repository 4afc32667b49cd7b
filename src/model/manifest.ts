import type { Depth, Dtype, ModelFusion, Precision } from '../api/models.js'

/**
 * `manifest.json`: what a model folder says of itself. The format is described in models/README.md; this file is its
 * type.
 */

export interface Manifest {
  format: 'mvp-rerank'
  version: 1
  name: string
  architecture: Architecture
  prompt: Prompt
  /** Number of views, the paper's m. */
  views: number
  dtype: Dtype
  /** Encoder layers, from 0, that are stored in q8 in a model of dtype q4. */
  wide?: number[] | undefined
  defaults: ModelDefaults
  /** How MVP's scores are fused with what else is known of the passages; absent: they are not, unless asked for. */
  fusion?: ModelFusion | undefined
  files: ModelFile[]
  license: string
  /** Where the checkpoint came from, in words or as a URL. */
  origin: string
  probe: Probe
}

export type Architecture = T5Architecture | BertArchitecture

interface EncoderArchitecture {
  /** Model width, the paper's d. */
  width: number
  layers: number
  heads: number
  /** Width of one attention head; heads * headWidth may differ from width. */
  headWidth: number
  ffWidth: number
  epsilon: number
  /** Vocabulary size: rows of the embedding table. */
  vocabulary: number
  /** Depths (numbers of layers) after which relevance vectors can be read; the last is `layers`. */
  exits: number[]
}

export interface T5Architecture extends EncoderArchitecture {
  family: 't5'
  anchor: AnchorArchitecture
  activation: Activation
  /** Relative position buckets (bidirectional) and the distance from which on all share the last bucket. */
  buckets: number
  maxDistance: number
}

interface BertEncoder extends EncoderArchitecture {
  family: 'bert'
  /** Rows of the position table, the longest input. */
  positions: number
}

/** An MVP model, listwise: an anchor decoder behind the encoder. */
export type MvpBertArchitecture = BertEncoder & { anchor: AnchorArchitecture }

/**
 * A cross-encoder: the hidden state of [CLS] goes through pooler and classifier, and each passage's score is its logit,
 * whatever the other passages are. To the encoder that is one view, at the first token, without a norm of its own at
 * the exit.
 */
export type CrossEncoderArchitecture = BertEncoder & { pointwise: true; anchor?: never }

export type BertArchitecture = MvpBertArchitecture | CrossEncoderArchitecture

/** What has an anchor decoder. */
export type MvpArchitecture = T5Architecture | MvpBertArchitecture

/** relu: down·relu(up·x). gated-gelu: down·(gelu_new(gate·x) ⊙ up·x). */
export type Activation = 'relu' | 'gated-gelu'

export interface AnchorArchitecture {
  layers: number
  heads: number
  headWidth: number
  ffWidth: number
  activation: Activation
  epsilon: number
}

/**
 * The prompt as a row of segments. Fixed ids are copied; a text is tokenized as plain text with {query}, {context}
 * (title and text) put in. Too long a prompt: a segment with `share` keeps at most that share of maxLength, then the
 * last text segment is cut at its end; fixed ids always stay.
 */
export interface Prompt {
  rerank: PromptSegment[]
  /** How a text alone is embedded; absent where the model cannot. */
  embed?: PromptSegment[] | undefined
  /** Place of the first view token in the prompt. */
  firstView: number
  padId: number
  /** In tokens, all segments together. */
  maxLength: number
  /** How cross-encoders cut too long a pair: the longer of query and context first. Then no segment has a `share`. */
  truncation?: 'longest-first' | undefined
}

export type PromptSegment =
  | { ids: number[]; type?: number | undefined }
  | { text: string; type?: number | undefined; share?: number | undefined }

export interface ModelDefaults {
  /** One of the architecture's exits, or `cascade`. */
  depth: Depth
  /** How many of the best are decoded again for a sharper order at the top; 0: none. */
  refine: number
  /**
   * Into how many overlapping windows a passage may be cut that is too long for the prompt.
   * @default 1: it is cut at its end
   */
  windows?: number | undefined
}

export interface ModelFile {
  path: string
  bytes: number
  /** SHA-256 of the whole file, hex. */
  sha256: string
  /** SHA-256 of each 4 MiB chunk, hex, in order. */
  chunks: string[]
}

/** What the model must answer, so that a device can prove itself before it is used. */
export interface Probe {
  query: string
  passages: string[]
  /** Scores at each exit depth, as full precision (unquantized weights, fp32) gave them. */
  scores: Record<string, number[]>
  /** Largest absolute difference to `scores` that the converter saw per precision, over all depths. */
  errors: Partial<Record<Precision, number>>
  /** The same of embeddings; absent where the model makes none, and in manifests of earlier versions. */
  embeddings?: EmbeddingProbe
}

export interface EmbeddingProbe {
  /** Cosines between the embedding of the query and that of each passage, as full precision gave them. */
  cosines: number[]
  /** Largest absolute difference to `cosines` that the converter saw per precision. */
  errors: Partial<Record<Precision, number>>
}

export const CHUNK_BYTES = 4 * 1024 * 1024
export const MANIFEST_FILE = 'manifest.json'
export const WEIGHTS_FILE = 'weights.safetensors'
export const TOKENIZER_FILE = 'tokenizer.json'
