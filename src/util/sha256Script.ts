/** SHA-256 in plain JavaScript, several times slower than the browser's own. In a file of its own, so that it is loaded where it is needed. */
export { sha256 } from '@noble/hashes/sha2.js'
