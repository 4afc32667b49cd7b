import { open } from 'node:fs/promises'
import { toolError } from '../api/toolErrors.js'

/**
 * Checks that a file can be written before hours of work depend on it. Leaves its content unchanged.
 * @throws RerankError bad-usage
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close()
  } catch (cause) {
    throw toolError('bad-usage', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
