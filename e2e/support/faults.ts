/** The faults of an answer. */
export interface Faults {
  /** Only for paths with this ending; others are served well. */
  only?: string
  /** Only for this many first requests for a path. */
  times?: number
  /** Not for this many first requests for a path. */
  after?: number
  /** Bytes per second. */
  rate?: number
  /** The connection breaks after this many bytes of the body. */
  cut?: number
  /** One bit of the byte at this offset of the file is wrong. */
  flip?: number
  /** This status without a body. */
  status?: number
  /** The answer stops after this many bytes of the body, and the connection stays open. */
  stall?: number
  /** An HTML page instead of the file, with status 200. */
  html?: boolean
  /** The server ignores ranges. */
  norange?: boolean
  /** The range begins this many bytes before the requested one. */
  shift?: number
  /** The Content-Length of a whole file is off by this much. */
  lie?: number
  /** The whole file is sent compressed, without its length. */
  gzip?: boolean
  /** No headers for cross-origin isolation, as on most hosts: WebAssembly has one thread. */
  bare?: boolean
}

/** Writes faults as the first part of a path. Files that a page or model loads relative to itself inherit them. */
export function withFaults(path: string, faults: Faults): string {
  return `/~${Object.entries(faults)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')}${path}`
}

export function parseFaults(path: string): { faults: Faults; path: string } {
  const match = /^\/~([^/]*)(\/.*)$/.exec(path)
  if (!match) return { faults: {}, path }
  const entries = match[1]!.split(',').map(part => {
    const [name, value] = part.split('=') as [string, string]
    return [name, name === 'only' ? value : value === 'true' ? true : Number(value)]
  })
  return { faults: Object.fromEntries(entries), path: match[2]! }
}

export function appliesTo(faults: Faults, path: string): boolean {
  return faults.only === undefined || path.endsWith(faults.only)
}
