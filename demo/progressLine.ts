import { createElement } from './dom.js'

/** A line of text with a thin progress bar below it. Its height never changes. */
export interface ProgressLine {
  /** @param done share that is done, 0 to 1; undefined: no bar */
  show(text: string, done?: number): void
}

export function createProgressLine(place: HTMLElement, textId: string): ProgressLine {
  const text = createElement('p', 'run-text')
  text.id = textId
  const bar = createElement('progress', 'bar')
  bar.max = 1
  bar.setAttribute('aria-labelledby', textId)
  place.append(text, bar)
  return {
    show(line, done) {
      text.textContent = line
      bar.value = done ?? 0
      bar.classList.toggle('is-idle', done === undefined)
      bar.ariaHidden = String(done === undefined)
    },
  }
}
