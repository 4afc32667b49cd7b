/**
 * The norm of the sum of word, type and position embeddings.
 *
 * Bound: the table of words is read from memory, a row a token.
 */
import { rounded } from './layout'
import * as bert from './model'
import { norm } from './norm'

/** @param tokens of each, its id and its row in the table of places */
export function embed(model: usize, tokens: usize, rows: i32, to: usize): void {
  const width = <usize>bert.width(model)
  const line = (<usize>rounded(bert.width(model))) << 2
  for (let row = 0; row < rows; row++, tokens += 8, to += line) {
    const id = <usize>load<i32>(tokens)
    const scale = v128.load32_splat(bert.wordScales(model) + (id << 2))
    const word = bert.words(model) + id * width
    const place = bert.places(model) + ((<usize>load<i32>(tokens, 4) * width) << 2)
    for (let i: usize = 0; i < width; i += 4) {
      const bytes = v128.load32_zero(word + i)
      const weights = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes))
      const value = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(weights, i32x4.splat(128))), scale)
      v128.store(to + (i << 2), f32x4.add(value, v128.load(place + (i << 2))))
    }
    norm(to, to, bert.width(model), bert.embedNorm(model), bert.epsilon(model))
  }
}
