import { stat, watch } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import picomatch from 'picomatch'

/** Editors and generators write several files at once. In milliseconds. */
const QUIET_MS = 300

/**
 * One entry whenever files of a source have changed and nothing more happens for a moment. Ends when it is aborted.
 * @param source a folder, a file or a glob
 * @param out a folder whose files do not count
 */
export async function* changesIn(source: string, out: string, signal: AbortSignal): AsyncGenerator<void> {
  const given = await stat(source).catch(() => undefined)
  const root = resolve(given ? source : picomatch.scan(source.replaceAll('\\', '/')).base)
  const left = resolve(out)
  let changed = false
  let wake = () => {}
  const watching = (async () => {
    for await (const { filename } of watch(root, { recursive: given?.isFile() !== true, signal })) {
      const path = filename === null ? root : resolve(root, filename)
      if (path === left || path.startsWith(left + sep)) continue
      changed = true
      wake()
    }
  })().catch(error => {
    if (!signal.aborted) throw error
  })
  // Its failure is noticed below.
  watching.catch(() => wake())
  while (!signal.aborted) {
    if (!changed) await Promise.race([watching, new Promise<void>(done => (wake = done))])
    if (signal.aborted) break
    while (changed) {
      changed = false
      await new Promise(done => setTimeout(done, QUIET_MS))
    }
    yield
  }
  await watching
}
