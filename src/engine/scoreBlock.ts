import type { AnchorDecoder } from './parts.js'
import type { PassageEncodings } from './passageEncodings.js'
import type { ScoredBlock, ScoredList } from './rank.js'
import type { CandidateSignals, FusionPass } from './signals.js'
import { VectorTable } from './vectorTable.js'

/**
 * Scores passages as one list. They enter the decoder in the caller's order, so equal lists give equal bits however
 * they were scheduled.
 * @param subset only these passages of a list that was scored before
 */
export async function scoreBlock(
  decoder: AnchorDecoder,
  stage: number,
  encodings: PassageEncodings,
  signals: CandidateSignals | undefined,
  pass: FusionPass,
  subset?: readonly number[],
): Promise<ScoredBlock> {
  const indices = Uint32Array.from(subset ?? encodings.indices).sort()
  if (!subset) await chooseWindows(decoder, indices, encodings)
  const scores = await decoder.score(encodings.chosenVectors(indices))
  const scored: ScoredList = { indices, ...scores }
  if (encodings.hasWindows) scored.windows = Array.from(indices, index => encodings.chosenWindow(index))
  return { stage, scored: signals ? signals.fuse(scored, pass) : scored }
}

/**
 * Chooses each passage's best window among all windows of the list. The final anchors are decoded without the other
 * windows, which would distort them.
 */
async function chooseWindows(decoder: AnchorDecoder, indices: Uint32Array, encodings: PassageEncodings): Promise<void> {
  if (!encodings.hasWindows) return
  const all = Array.from(indices, index => encodings.vectors(index))
  const { scores } = await decoder.score(new VectorTable().update(all.flat()))
  let from = 0
  all.forEach(({ length }, place) => {
    const windowScores = scores.subarray(from, from + length)
    encodings.chooseWindow(indices[place]!, windowScores.indexOf(Math.max(...windowScores)))
    from += length
  })
}
