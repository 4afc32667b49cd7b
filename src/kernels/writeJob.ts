import type { Heap } from './heap.js'

/** The least rows of a unit of work, if there are more prompts: weights are then read less often. */
const UNIT_ROWS = 64

/** A prompt's token ids and types. */
export interface TokenIds {
  ids: readonly number[]
  types?: readonly number[] | undefined
}

/** What to compute of a batch; kernels/job.ts says more. */
export interface JobRequest {
  prompts: readonly TokenIds[]
  depth: number
  /** 0: hidden states of all tokens are returned; else the vectors of these rows, through the exit's norm. */
  firstRows: number
  firstView: number
  exitNorm: number
  /** Whether products use the relaxed dot product; see `DotProduct`. */
  oneInstruction: boolean
}

/**
 * Writes a job as kernels/job.ts reads it.
 * @param maxRows the most rows of a unit, and of a prompt
 */
export function writeJob(
  heap: Heap,
  request: JobRequest,
  { width, positions, maxRows }: { width: number; positions: number; maxRows: number },
  scratch: { address: number; bytes: number },
): { job: number; output: number; outputRows: number; tokens: number } {
  const { prompts, firstRows, firstView } = request
  const starts = [0]
  const units = [0]
  prompts.forEach(({ ids }, i) => {
    if (ids.length > maxRows) throw new RangeError(`a prompt of ${ids.length} tokens; at most ${maxRows} fit`)
    const unitStart = starts[units.at(-1)!]!
    const full = starts[i]! - unitStart >= UNIT_ROWS || starts[i]! + ids.length - unitStart > maxRows
    if (full && i > units.at(-1)!) units.push(i)
    starts.push(starts[i]! + ids.length)
  })
  const count = units.length
  units.push(prompts.length)
  const tokens = starts.at(-1)!
  const rows = firstRows === 0 ? tokens : prompts.length * (firstRows - firstView)
  const job = heap.allocate(52)
  const output = heap.allocate(rows * width * 4)
  const lists = [units, starts].map(list => {
    const at = heap.allocate(list.length * 4)
    heap.integers(at, list.length).set(list)
    return at
  })
  const tokenList = heap.allocate(tokens * 8)
  const into = heap.integers(tokenList, tokens * 2)
  let at = 0
  for (const { ids, types } of prompts) {
    for (let place = 0; place < ids.length; place++) {
      into[at++] = ids[place]!
      into[at++] = (types?.[place] ?? 0) * positions + place
    }
  }
  heap
    .integers(job, 13)
    .set([
      ...[request.depth, firstRows, firstView, request.exitNorm, output],
      ...[count, ...lists, tokenList, 0, scratch.address, scratch.bytes, Number(request.oneInstruction)],
    ])
  return { job, output, outputRows: rows, tokens }
}
