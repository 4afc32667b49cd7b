/** SHA-256 in lower-case hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await hash(bytes)
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}

async function hash(bytes: Uint8Array): Promise<Uint8Array> {
  // Browsers offer it on secure pages only, so not on http://192.168.1.7/.
  const native = crypto.subtle as typeof crypto.subtle | undefined
  if (native) return new Uint8Array(await native.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
  const script = await import('./sha256Script.js')
  return script.sha256(bytes)
}
