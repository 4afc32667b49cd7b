import { byId } from './element.js'

/** Between two messages to a screen reader, in milliseconds: a message that a newer one overtakes is never read. */
const quiet = 900

let timer: ReturnType<typeof setTimeout> | undefined

/** Tells a screen reader, once typing has settled. */
export function announce(message: string): void {
  clearTimeout(timer)
  timer = setTimeout(() => {
    byId('announcer', HTMLElement).textContent = message
  }, quiet)
}
