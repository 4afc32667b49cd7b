import type { Depth, Dtype, ModelFusion, Precision } from '../api/models.js'

/**
 * The type of `manifest.json`, which describes a model folder. models/README.md documents the format.
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
  /** In a model of dtype q4: the encoder layers, from 0, that are stored in q8. */
  wide?: number[] | undefined
  defaults: ModelDefaults
  /** How MVP's scores are fused with other signals. Absent: only if a call asks for it. */
  fusion?: ModelFusion | undefined
  files: ModelFile[]
  license: string
  /** Where the checkpoint came from, in words or as a URL. */
  origin: string
  probe: Probe
}

export type Architecture = T5Architecture | AnsweringT5Architecture | BertArchitecture | ModernBertArchitecture

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
  /**
   * Depths (numbers of layers) after which relevance vectors can be read. The last is `layers`, but in a BERT with an
   * anchor it may be less: then texts alone run through more layers than prompts of query and passage.
   */
  exits: number[]
}

/** The depths after which an encoder's output is read: its exits, and its end, which gives embeddings. */
export const stageEnds = ({ exits, layers }: Architecture): number[] =>
  exits.at(-1) === layers ? exits : [...exits, layers]

/** Relative position buckets (bidirectional), and the distance from which all positions share the last bucket. */
export interface RelativePositions {
  buckets: number
  maxDistance: number
}

/** The relative positions that an encoder's attention knows, if any. */
export const relativePositions = (architecture: Architecture): RelativePositions | undefined =>
  architecture.family === 't5' ? architecture : architecture.family === 'bert' ? architecture.relative : undefined

interface T5Encoder extends EncoderArchitecture, RelativePositions {
  family: 't5'
  embedder?: never
  activation: Activation
}

export type T5Architecture = T5Encoder & { anchor: AnchorArchitecture; pointwise?: never; decoder?: never }

/**
 * A T5 that answers with one word whether a passage is relevant, as monoT5: one decoder step reads all tokens of a
 * prompt. A passage's score is the logit of the word that says yes, less that of the word that says no.
 */
export type AnsweringT5Architecture = T5Encoder & { pointwise: true; anchor?: never; decoder: AnchorArchitecture }

/** BERT and the encoders that differ from it in these fields: RoBERTa, XLM-R, DistilBERT, MPNet. */
interface BertEncoder extends EncoderArchitecture {
  family: 'bert'
  /** Rows of the position table, the longest input. Row 0 is that of the first token. */
  positions: number
  /**
   * Rows of the table of token types.
   * @default 2
   */
  types?: number | undefined
  /** MPNet: a bias of relative positions, shared by all layers, beside the absolute positions. */
  relative?: RelativePositions | undefined
}

/** ModernBERT and the encoders wired like it: rotary positions, local attention in most layers, GeGLU, no biases. */
interface ModernBertEncoder extends EncoderArchitecture {
  family: 'modernbert'
  /** The longest input. */
  positions: number
  /** Every such layer, from the first, attends to the whole input. */
  globalEvery: number
  /** The other layers attend to at most this many tokens to either side. */
  reach: number
  /** The bases of the rotations in global and in local layers. */
  theta: { global: number; local: number }
}

/** A listwise MVP model: an encoder, then an anchor decoder. */
export type MvpBertArchitecture = BertEncoder & { anchor: AnchorArchitecture; embedder?: never; decoder?: never }

/**
 * A cross-encoder: the hidden state of [CLS] goes through pooler and classifier. A passage's score is its own logit,
 * independent of the other passages. For the encoder this is one view, at the first token, without a norm at the exit.
 */
export type CrossEncoderArchitecture = BertEncoder & {
  pointwise: true
  anchor?: never
  embedder?: never
  decoder?: never
  /**
   * Of the pooler; DistilBERT's is relu.
   * @default 'tanh'
   */
  poolerActivation?: 'relu' | undefined
}

/** A cross-encoder on ModernBERT: pooler, GELU and a norm, then the classifier. */
export type ModernCrossEncoderArchitecture = ModernBertEncoder & {
  pointwise: true
  anchor?: never
  embedder?: never
  decoder?: never
  /** Whose hidden state the head reads: the first token's, or the mean of all. */
  pooled: 'first' | 'mean'
}

/** Reads every text alone. A passage's score compares its vectors with the query's. */
export type EmbedderArchitecture = (BertEncoder | ModernBertEncoder) & {
  embedder: Embedder
  anchor?: never
  pointwise?: never
  decoder?: never
}

/** How hidden states become the vectors of a text. */
export interface Embedder {
  /** similarity: one vector for each text. late-interaction: one for each token. */
  scoring: 'similarity' | 'late-interaction'
  pooling: Pooling
  /** Linear layers on the pooled vector or, of late interaction, on every token's. */
  dense: DenseLayer[]
  /** The first numbers of a vector that are kept (Matryoshka). @default all */
  dimensions?: number | undefined
  /** Late interaction: ids of tokens of a passage that are not compared, such as punctuation. */
  skipped?: number[] | undefined
}

export interface DenseLayer {
  outputs: number
  bias: boolean
  activation?: 'tanh' | undefined
}

/** mean: of all tokens. first: [CLS]. last: the last token. */
export type Pooling = 'mean' | 'first' | 'last'

/** The length of the vectors that a model makes of texts. */
export function vectorWidth({ width, embedder }: Architecture): number {
  return embedder?.dimensions ?? embedder?.dense.at(-1)?.outputs ?? width
}

export type BertArchitecture = Extract<
  MvpBertArchitecture | CrossEncoderArchitecture | EmbedderArchitecture,
  BertEncoder
>

export type ModernBertArchitecture = ModernCrossEncoderArchitecture | Extract<EmbedderArchitecture, ModernBertEncoder>

/** Architectures with an anchor decoder. */
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
 * The prompt as a sequence of segments. Fixed ids are copied. A text is tokenized as plain text after {query} and
 * {context} (title and text) are filled in. If the prompt is too long, a segment with `share` keeps at most that share
 * of maxLength, then the last text segment is cut at its end. Fixed ids always stay.
 */
export interface Prompt {
  /** Empty if the model reads every text alone. */
  rerank: PromptSegment[]
  /** The prompt that embeds a text alone, such as a passage. Absent if the model has no embeddings. */
  embed?: PromptSegment[] | undefined
  /** Further prompts of texts alone, by name; `query` is that of queries. */
  named?: Record<string, PromptSegment[]> | undefined
  /** Late interaction: how queries are filled up with further tokens. */
  expansion?: Expansion | undefined
  /** Place of the first view token in the prompt. */
  firstView: number
  padId: number
  /** In tokens, all segments together. */
  maxLength: number
  /**
   * Of cross-encoders: a pair that is too long loses tokens of its longer text first. Then no segment has a `share`.
   */
  truncation?: 'longest-first' | undefined
}

/** A query is filled up to `length` tokens, and cut there. */
export interface Expansion {
  /** The token to fill up with. Absent: queries are only cut. */
  id?: number | undefined
  length: number
  /** Whether other tokens attend to the added ones. */
  attended: boolean
}

export type PromptSegment =
  | { ids: number[]; type?: number | undefined }
  | { text: string; type?: number | undefined; share?: number | undefined }

export interface ModelDefaults {
  /** One of the architecture's exits, or `cascade`. */
  depth: Depth
  /** The number of best passages that are decoded again, for a sharper order at the top. 0: none. */
  refine: number
  /**
   * The largest number of overlapping windows of a passage that is too long for the prompt.
   * @default 1: the passage is cut at its end
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

/** A query and passages with known scores, which check a device before it is used. */
export interface Probe {
  query: string
  passages: string[]
  /** Scores at each exit depth in full precision (unquantized weights, fp32). */
  scores: Record<string, number[]>
  /** The largest absolute difference from `scores` that the converter measured at each precision, over all depths. */
  errors: Partial<Record<Precision, number>>
  /** The same for embeddings. Absent if the model has none, and in manifests of earlier versions. */
  embeddings?: EmbeddingProbe
}

export interface EmbeddingProbe {
  /** Cosines between the embeddings of the query and of each passage in full precision. */
  cosines: number[]
  /** The largest absolute difference from `cosines` that the converter measured at each precision. */
  errors: Partial<Record<Precision, number>>
}

export const CHUNK_BYTES = 4 * 1024 * 1024
export const MANIFEST_FILE = 'manifest.json'
export const WEIGHTS_FILE = 'weights.safetensors'
export const TOKENIZER_FILE = 'tokenizer.json'
