import type { CascadeStep } from './cascade.js'
import type { FusionRequest } from './fusionRequest.js'
import type { Order } from './rank.js'

export interface Candidate {
  /** Place in the caller's list. */
  index: number
  /** Title and text, joined. */
  context: string
  firstStageScore?: number
  /** Its embedding, if the caller has it. */
  vector?: Float32Array
}

export interface EngineRequest {
  query: string
  total: number
  /** Each but the first is for the best of the one before. */
  steps: readonly CascadeStep[]
  refine: number
  /** Into how many windows a passage may be cut that is too long for the prompt. */
  windows: number
  /** Absent: plain MVP scores. */
  fusion?: FusionRequest
  topK: number
  /** Whether anyone looks at provisional rankings. */
  partial: boolean
  /** The next chunk of candidates, likeliest first; undefined after the last. */
  next: () => Promise<readonly Candidate[] | undefined>
}

export interface EngineRanking extends Order {
  encoded: number
  done: boolean
}
