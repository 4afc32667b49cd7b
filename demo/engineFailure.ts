import type { DemoEngine } from './demoEngine.js'
import { type Remedy, showFailure } from './failure.js'

/** Remedies when the model fails to load or to run. */
export function remediesOf(engine: DemoEngine): Remedy[] {
  const again: Remedy = { label: 'Try again', act: () => void engine.load() }
  return engine.device === 'wasm' ? [again] : [again, { label: 'Use WASM', act: () => void engine.load('wasm') }]
}

/** Shows in `place` why the model did not load; clears it unless loading has failed. */
export function showEngineFailure(place: HTMLElement, engine: DemoEngine): void {
  if (engine.state.phase !== 'failed') place.replaceChildren()
  else if (place.childElementCount === 0) {
    const headline = 'The model did not load. Results stay in the order of words.'
    showFailure(place, headline, engine.state.error, remediesOf(engine))
  }
}
