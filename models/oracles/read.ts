import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What the original computes for one list of passages; README.md of this folder describes all fields. */
export interface OracleList {
  query: string
  passages: (string | { title: string; text: string })[]
  prompts?: string[]
  ids: number[][]
  types?: number[][]
  exits: Record<string, OracleExit>
  signals?: { cosine: number[]; lateInteraction: number[] }
}

export interface OracleExit {
  vectors: number[][][]
  anchors: number[][]
  viewScores: number[][]
  scores: number[]
}

export interface Oracle {
  family: 't5' | 'bert'
  views: number
  maxLength: number
  lists: OracleList[]
  embeddings?: { text: string; ids: number[]; vector: number[] }[]
}

export const T5_ORACLES = ['t5-relu', 't5-gated', 't5-odd', 't5-wrapped', 't5-sharded', 't5-f16'] as const
export const BERT_ORACLES = ['bert-relu', 'bert-gated'] as const
/** Reads texts alone through more layers than pairs, behind prompts. */
export const DEEP_ORACLE = 'bert-deep'
export const ORACLES = [...T5_ORACLES, ...BERT_ORACLES, DEEP_ORACLE] as const

/** What the original gives for one query and its passages, each pair by itself. */
export interface CrossEncoderOracle {
  maxLength: number
  /** Of a T5 that answers with a word: the words that say yes and no. */
  answers?: [string, string]
  lists: {
    query: string
    passages: (string | { title: string; text: string })[]
    ids: number[][]
    /** Absent if the family has none. */
    types?: number[][]
    /** Raw logits. */
    scores: number[]
  }[]
}

export const CROSS_ENCODERS = [
  'cross-encoder',
  'cross-encoder-vocab',
  'cross-encoder-roberta',
  'cross-encoder-xlm-roberta',
  'cross-encoder-distilbert',
  'cross-encoder-mpnet',
  'cross-encoder-modernbert',
  'cross-encoder-modernbert-mean',
  'cross-encoder-t5',
  'cross-encoder-t5-gated',
] as const

export const readCrossEncoder = (name: CrossEncoderName): CrossEncoderOracle =>
  JSON.parse(readFileSync(`${oracleFolder(name)}/oracle.json`, 'utf8'))

export type CrossEncoderName = (typeof CROSS_ENCODERS)[number]
export type OracleName = (typeof ORACLES)[number] | CrossEncoderName | EmbedderName | ColbertName

export const isCrossEncoder = (name: OracleName): name is CrossEncoderName =>
  (CROSS_ENCODERS as readonly string[]).includes(name)

/** What the original gives for texts that it reads alone. */
export interface EmbedderOracle {
  maxLength: number
  /** Of unit length; `prompt` is the name of one, or empty for a passage. */
  embeddings: { text: string; prompt: string; vector: number[] }[]
  /** Cosines, or of late interaction the sums of cosines. */
  lists: { query: string; passages: string[]; scores: number[] }[]
}

export const EMBEDDERS = ['embedder-bert', 'embedder-xlm-roberta', 'embedder-modernbert'] as const

export type EmbedderName = (typeof EMBEDDERS)[number]

/** What the original gives for tokens. */
export interface ColbertOracle {
  maxLength: number
  /** The vectors that are compared; `prompt` is `query` or empty. */
  tokens: { text: string; prompt: string; rows: number[][] }[]
  /** Sums of cosines. */
  lists: { query: string; passages: string[]; scores: number[] }[]
}

export const COLBERTS = ['colbert-bert', 'colbert-modernbert', 'colbert-stanford'] as const

export type ColbertName = (typeof COLBERTS)[number]

export const readColbert = (name: ColbertName): ColbertOracle =>
  JSON.parse(readFileSync(`${oracleFolder(name)}/oracle.json`, 'utf8'))

export const readEmbedder = (name: EmbedderName): EmbedderOracle =>
  JSON.parse(readFileSync(`${oracleFolder(name)}/oracle.json`, 'utf8'))

/** The checkpoint's folder. */
export const oracleFolder = (name: OracleName): string => fileURLToPath(new URL(`./${name}`, import.meta.url))

export const readOracle = (name: (typeof ORACLES)[number]): Oracle =>
  JSON.parse(readFileSync(`${oracleFolder(name)}/oracle.json`, 'utf8'))

/** Whether the checkpoint reads every text alone. */
export const isAlone = (name: OracleName): name is EmbedderName | ColbertName =>
  ([...EMBEDDERS, ...COLBERTS] as readonly string[]).includes(name)
