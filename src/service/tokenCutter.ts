import { modelError } from '../api/modelErrors.js'
import { cutTokens } from '../engine/windows.js'
import { TOKENIZER_FILE } from '../model/manifest.js'
import { parseManifest } from '../model/parseManifest.js'
import { FolderSource } from '../store/folderSource.js'
import { isUrl, locateModel } from '../store/locateModel.js'
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
  const { files } = parseManifest(parseJson(await source.readManifest({ signal })))
  const file = files.find(({ path }) => path === TOKENIZER_FILE)
  if (!file) throw modelError('bad-manifest', `The manifest of ${source.name} names no ${TOKENIZER_FILE}.`)
  const tokenizer = createTokenizer(parseJson(await source.readFile(file, { signal })))
  return (text, most) => cutTokens(text, most, word => tokenizer.encode(word).length)
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes))
}
