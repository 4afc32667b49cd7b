/**
 * SHA-256 in plain JavaScript, several times slower than the browser's own. A separate file, so that it loads only if
 * needed.
 */
export { sha256 } from '@noble/hashes/sha2.js'
