import { debounce } from '../src/element/rateLimit.js'
import { byId } from './dom.js'

/** Milliseconds before a message: a screen reader never reads a message that a newer one replaces meanwhile. */
const messageDelay = 900

/** Puts a message where a screen reader reads it, once typing has settled. */
export const announce = debounce(messageDelay, (message: string): void => {
  byId('announcer', HTMLElement).textContent = message
})
