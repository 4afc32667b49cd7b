import { open } from 'node:fs/promises'
import { RerankError } from '../api/errors.js'

/**
 * Hours of work must not end at a path that cannot be written. Leaves what the file holds as it is.
 * @throws RerankError bad-usage
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close()
  } catch (cause) {
    throw new RerankError('bad-usage', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
