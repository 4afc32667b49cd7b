import type { PartStore, StoredPart } from './partStore.js'

const FOLDER = 'mvp-rerank'

/** A file is locked while another tab writes it, which takes milliseconds. */
const LOCKED_TRIES = 4
const LOCKED_PAUSE_MS = 100

/**
 * A folder of the origin private file system.
 * @throws where the browser has none or keeps nothing here: an insecure page, some private windows
 */
export async function openOpfs(): Promise<PartStore> {
  const storage = navigator.storage as StorageManager | undefined
  if (!storage?.getDirectory) {
    throw new Error(isSecureContext ? 'this browser has no private file system' : 'the page is not served over https')
  }
  const root = await storage.getDirectory()
  return new Opfs(await root.getDirectoryHandle(FOLDER, { create: true }))
}

class Opfs implements PartStore {
  readonly #folder: FileSystemDirectoryHandle

  constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const file = await (await this.#folder.getFileHandle(name)).getFile()
      return new Uint8Array(await file.arrayBuffer())
    } catch {
      // Not there, or deleted in this moment: to the reader both mean that it has to come from elsewhere.
      return undefined
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    try {
      await unlocked(async () => {
        const handle: WritableHandle = await this.#folder.getFileHandle(name, { create: true })
        await (handle.createSyncAccessHandle ? writeNow(handle, bytes) : writeLater(handle, bytes))
      })
    } catch (error) {
      await this.remove(name).catch(() => undefined)
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await unlocked(() => this.#folder.removeEntry(name))
    } catch (error) {
      if (nameOf(error) !== 'NotFoundError') throw error
    }
  }

  async list(): Promise<StoredPart[]> {
    const parts: StoredPart[] = []
    for await (const handle of this.#folder.values()) {
      if (handle.kind !== 'file') continue
      const file = await (handle as FileSystemFileHandle).getFile().catch(() => undefined)
      if (file) parts.push({ name: handle.name, bytes: file.size, modified: file.lastModified })
    }
    return parts
  }
}

/** Dedicated workers alone have it. */
interface WritableHandle extends FileSystemFileHandle {
  createSyncAccessHandle?: () => Promise<{
    write(bytes: Uint8Array): number
    truncate(size: number): void
    close(): void
  }>
}

async function writeNow(handle: WritableHandle, bytes: Uint8Array): Promise<void> {
  const access = await handle.createSyncAccessHandle!()
  try {
    // In Safari before 16.4 the handle's other methods were asynchronous.
    await access.truncate(bytes.length)
    const written = access.write(bytes)
    // Chromium does not throw where the quota is exceeded: the count is wrong.
    if (written !== bytes.length) throw new DOMException('The quota is exceeded.', 'QuotaExceededError')
  } finally {
    await access.close()
  }
}

async function writeLater(handle: FileSystemFileHandle, bytes: Uint8Array): Promise<void> {
  const file = await handle.createWritable()
  try {
    await file.write(bytes as Uint8Array<ArrayBuffer>)
  } catch (error) {
    await file.abort()
    throw error
  }
  await file.close()
}

async function unlocked<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (nameOf(error) !== 'NoModificationAllowedError' || tries === LOCKED_TRIES) throw error
      await new Promise(resolve => setTimeout(resolve, LOCKED_PAUSE_MS))
    }
  }
}

function nameOf(error: unknown): string | undefined {
  return error instanceof DOMException ? error.name : undefined
}
