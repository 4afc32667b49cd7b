import type { DemoEngine } from './demoEngine.js'
import { type Remedy, showFailure } from './failure.js'

/** What might help when the model fails, to load or while it runs. */
export function remediesOf(engine: DemoEngine): Remedy[] {
  const again: Remedy = { label: 'Try again', act: () => void engine.load() }
  return engine.device === 'wasm' ? [again] : [again, { label: 'Use WASM', act: () => void engine.load('wasm') }]
}

/** Shows in `place` why there is no model; clears it where there is one, or may still be. */
export function showEngineFailure(place: HTMLElement, engine: DemoEngine): void {
  if (engine.state.phase !== 'failed') place.replaceChildren()
  else if (place.childElementCount === 0) {
    const headline = 'The model did not load. Results stay in the order of words.'
    showFailure(place, headline, engine.state.error, remediesOf(engine))
  }
}
