import { element } from './element.js'

/** One line about the run, with a thin bar below it. It keeps its height whatever it says. */
export interface RunLine {
  /** @param done share of the passages read, 0 to 1; none: no bar */
  show(text: string, done?: number): void
}

export function createRunLine(place: HTMLElement, textId: string): RunLine {
  const text = element('p', 'run-text')
  text.id = textId
  const bar = element('progress', 'bar')
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
