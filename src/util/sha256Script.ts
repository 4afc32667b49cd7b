/**
 * SHA-256 in plain JavaScript, several times slower than the browser's own. A separate file, loaded only if it is
 * needed.
 */
export { sha256 } from '@noble/hashes/sha2.js'
