import { OpfsFolder, openOpfsHandle, unlocked } from './opfsFolder.js'
import type { PartStore } from './partStore.js'

/** @throws if the browser has no private file system or keeps nothing here */
export async function openOpfs(): Promise<PartStore> {
  return new Opfs(await openOpfsHandle())
}

class Opfs extends OpfsFolder implements PartStore {
  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const file = await (await this.folder.getFileHandle(name)).getFile()
      return new Uint8Array(await file.arrayBuffer())
    } catch {
      // Missing, or deleted at this moment.
      return undefined
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    try {
      await unlocked(async () => {
        const handle: WritableHandle = await this.folder.getFileHandle(name, { create: true })
        await (handle.createSyncAccessHandle ? writeSync(handle, bytes) : writeStream(handle, bytes))
      })
    } catch (error) {
      await this.remove(name).catch(() => undefined)
      throw error
    }
  }
}

/** Only dedicated workers have the method. */
interface WritableHandle extends Omit<FileSystemFileHandle, 'createSyncAccessHandle'> {
  createSyncAccessHandle?: () => Promise<{
    write(bytes: Uint8Array): number
    truncate(size: number): void
    close(): void
  }>
}

async function writeSync(handle: WritableHandle, bytes: Uint8Array): Promise<void> {
  const access = await handle.createSyncAccessHandle!()
  try {
    // In Safari before 16.4 the handle's other methods were asynchronous.
    await access.truncate(bytes.length)
    const written = access.write(bytes)
    // Beyond the quota, Chromium writes less and does not throw.
    if (written !== bytes.length) throw new DOMException('The quota is exceeded.', 'QuotaExceededError')
  } finally {
    await access.close()
  }
}

async function writeStream(handle: Pick<FileSystemFileHandle, 'createWritable'>, bytes: Uint8Array): Promise<void> {
  const file = await handle.createWritable()
  try {
    await file.write(bytes as Uint8Array<ArrayBuffer>)
  } catch (error) {
    await file.abort()
    throw error
  }
  await file.close()
}
