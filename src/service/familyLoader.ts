import { modelError } from '../api/modelErrors.js'
import type { Families, LoadFamily } from '../engine/families.js'
import { familyFiles } from '../threads/familyFiles.js'
import type { WorkerFiles } from '../threads/rerankProtocol.js'

/** Loads families in a worker. */
export const familyLoader = (files: WorkerFiles | undefined): LoadFamily => {
  const { families } = files ?? { families: familyFiles() }
  return async <Name extends keyof Families>(name: Name): Promise<Families[Name]> => {
    const url = families[name]
    try {
      const { family } = (await import(/* @vite-ignore */ url)) as { family: Families[Name] }
      return family
    } catch (cause) {
      throw modelError('download-failed', `${url} cannot be loaded, and the model needs it.`, {
        cause,
        remedy: `Serve family-${name.toLowerCase()}.js beside the worker, and allow it in the page policy: docs/HOSTS.md.`,
      })
    }
  }
}
