import type { DemoEngine, EngineState } from './demoEngine.js'

/** A page that ranks while it is visible. */
export interface RankingPage {
  readonly isVisible: boolean
  /** Aborts the present ranking and starts another one. */
  rank(): void
  setVisible(visible: boolean): void
}

/** Ranks when the page becomes visible, and again whenever the model comes or goes; aborts when the page is left. */
export function createRankingPage(engine: DemoEngine, rank: (signal: AbortSignal) => Promise<void>): RankingPage {
  let controller: AbortController | undefined
  let visible = false
  let phase: EngineState['phase'] | undefined
  const start = () => {
    controller?.abort()
    controller = new AbortController()
    void rank(controller.signal)
  }
  engine.watch(state => {
    if (state.phase === phase) return
    phase = state.phase
    if (visible) start()
  })
  return {
    get isVisible() {
      return visible
    },
    rank: start,
    setVisible(nowVisible) {
      if (nowVisible === visible) return
      visible = nowVisible
      if (visible) start()
      else controller?.abort()
    },
  }
}
