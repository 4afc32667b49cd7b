import type { PartFolder, StoredPart } from './partStore.js'

const FOLDER = 'mvp-rerank'

/** A file is locked while another tab writes it, which takes milliseconds. */
const LOCKED_TRIES = 4
const LOCKED_PAUSE_MS = 100

/**
 * Opens the folder of the origin private file system that holds parts.
 * @throws if the browser has none or keeps nothing here: an insecure page, some private windows
 */
export async function openOpfsHandle(): Promise<FileSystemDirectoryHandle> {
  const storage = navigator.storage as StorageManager | undefined
  if (!storage?.getDirectory) {
    throw new Error(isSecureContext ? 'this browser has no private file system' : 'the page is not served over https')
  }
  const root = await storage.getDirectory()
  return root.getDirectoryHandle(FOLDER, { create: true })
}

export class OpfsFolder implements PartFolder {
  protected readonly folder: FileSystemDirectoryHandle

  constructor(folder: FileSystemDirectoryHandle) {
    this.folder = folder
  }

  async remove(name: string): Promise<void> {
    try {
      await unlocked(() => this.folder.removeEntry(name))
    } catch (error) {
      if (nameOf(error) !== 'NotFoundError') throw error
    }
  }

  async list(): Promise<StoredPart[]> {
    const parts: StoredPart[] = []
    for await (const handle of this.folder.values()) {
      if (handle.kind !== 'file') continue
      const file = await (handle as FileSystemFileHandle).getFile().catch(() => undefined)
      if (file) parts.push({ name: handle.name, bytes: file.size, modified: file.lastModified })
    }
    return parts
  }
}

/** Repeats work on a file that another tab is writing, until the file is free. */
export async function unlocked<T>(work: () => Promise<T>): Promise<T> {
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
