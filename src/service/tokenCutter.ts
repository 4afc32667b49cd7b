import { cutTokens } from '../engine/windows.js'
import { FolderSource } from '../store/folderSource.js'
import { parseTokenizer } from '../store/loadModel.js'
import { isUrl, locateModel } from '../store/locateModel.js'
import { readTokenizer } from '../store/readModel.js'
import { UrlSource } from '../store/urlSource.js'
import { createTokenizer } from '../tokenizer/tokenize.js'

/**
 * In Node, reads a model's tokenizer without its weights.
 * @param model a name, a folder or a URL
 * @returns cuts a text after its first tokens, at the end of a word
 * @throws RerankError those of `readModel`, `bad-tokenizer`
 */
export async function openTokenCutter(
  model: string,
  signal: AbortSignal,
): Promise<(text: string, most: number) => string> {
  const place = locateModel(model)
  const source = isUrl(place) ? new UrlSource(place) : new FolderSource(place)
  const tokenizer = createTokenizer(parseTokenizer(await readTokenizer(source, signal)))
  return (text, most) => cutTokens(text, most, word => tokenizer.encode(word).length)
}
