import type { Signal } from './models.js'

/** All signals, in the order in which they cross the thread. */
export const SIGNALS = ['mvp', 'cosine', 'lateInteraction', 'firstStage'] as const satisfies readonly Signal[]
