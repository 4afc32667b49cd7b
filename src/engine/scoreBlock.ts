import type { AnchorDecoder } from './anchorDecoder.js'
import type { Readings } from './passageEncodings.js'
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
  readings: Readings,
  signals: CandidateSignals | undefined,
  as: 'whole' | 'part' | 'rung',
  part?: readonly number[],
): Promise<Block> {
  const indices = Uint32Array.from(part ?? readings.places).sort()
  if (!part) await chooseWindows(decoder, indices, readings)
  const scores = await decoder.score(readings.chosen(indices))
  const scored: Scored = { indices, ...scores }
  if (readings.cut) scored.windows = Array.from(indices, index => readings.window(index))
  return { stage, scored: signals ? signals.fuse(scored, as) : scored }
}

/** Each passage's best window, among all windows of the list; the anchors that count are then decoded without the others, which would bend them. */
async function chooseWindows(decoder: AnchorDecoder, indices: Uint32Array, readings: Readings): Promise<void> {
  if (!readings.cut) return
  const all = Array.from(indices, index => readings.vectors(index))
  const { scores } = await decoder.score(new VectorTable().lay(all.flat()))
  let from = 0
  all.forEach(({ length }, place) => {
    const own = scores.subarray(from, from + length)
    readings.choose(indices[place]!, own.indexOf(Math.max(...own)))
    from += length
  })
}
