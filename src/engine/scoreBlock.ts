import type { AnchorDecoder } from './anchorDecoder.js'
import type { PassageEncodings } from './passageEncodings.js'
import type { Block, Scored } from './rank.js'
import type { CandidateSignals } from './signals.js'
import { VectorTable } from './vectorTable.js'

/**
 * Scores what is read as one list. Passages enter the decoder in the caller's order, so equal lists give equal bits however they were scheduled.
 * @param part only these of a list that was scored before
 */
export async function scoreBlock(
  decoder: AnchorDecoder,
  stage: number,
  encodings: PassageEncodings,
  signals: CandidateSignals | undefined,
  as: 'whole' | 'part' | 'step',
  part?: readonly number[],
): Promise<Block> {
  const indices = Uint32Array.from(part ?? encodings.places).sort()
  if (!part) await chooseWindows(decoder, indices, encodings)
  const scores = await decoder.score(encodings.chosen(indices))
  const scored: Scored = { indices, ...scores }
  if (encodings.cut) scored.windows = Array.from(indices, index => encodings.window(index))
  return { stage, scored: signals ? signals.fuse(scored, as) : scored }
}

/** Each passage's best window, among all windows of the list; the anchors that count are then decoded without the others, which would bend them. */
async function chooseWindows(decoder: AnchorDecoder, indices: Uint32Array, encodings: PassageEncodings): Promise<void> {
  if (!encodings.cut) return
  const all = Array.from(indices, index => encodings.vectors(index))
  const { scores } = await decoder.score(new VectorTable().lay(all.flat()))
  let from = 0
  all.forEach(({ length }, place) => {
    const own = scores.subarray(from, from + length)
    encodings.choose(indices[place]!, own.indexOf(Math.max(...own)))
    from += length
  })
}
