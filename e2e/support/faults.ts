/** What can go wrong with an answer. */
export interface Faults {
  /** Only for paths that end so; others are served well. */
  only?: string
  /** Only the first so many requests for a path. */
  times?: number
  /** Not the first so many requests for a path. */
  after?: number
  /** Bytes a second. */
  rate?: number
  /** The connection breaks after this many bytes of the body. */
  cut?: number
  /** One bit of the byte at this offset of the file is wrong. */
  flip?: number
  /** Nothing but this status. */
  status?: number
  /** Nothing more comes after this many bytes of the body, and the connection stays open. */
  stall?: number
  /** An HTML page in place of the file, with status 200. */
  html?: boolean
  /** The server knows no ranges. */
  norange?: boolean
  /** In place of the range that was asked for, the one so many bytes before it. */
  shift?: number
  /** The Content-Length of a whole file is off by so much. */
  lie?: number
  /** The whole file is sent compressed, without its length. */
  gzip?: boolean
  /** No headers for cross-origin isolation, as on most hosts: WebAssembly has one thread. */
  bare?: boolean
}

/** Writes faults as the first part of a path; what a page or a model loads relative to itself inherits them. */
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
