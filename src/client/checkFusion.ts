import type { Signal } from '../api/models.js'
import { SIGNALS } from '../api/signals.js'
import { wrongType } from '../util/wrongType.js'

/** @throws RerankError `bad-option` */
export function checkFusion(fusion: unknown): void {
  if (fusion === undefined || typeof fusion === 'boolean') return
  const { embed = true, weights = {} } = (fusion ?? {}) as { embed?: unknown; weights?: object | null }
  const fits = typeof fusion === 'object' && fusion && typeof embed === 'boolean' && typeof weights === 'object'
  const numbers = Object.entries(weights ?? {}).every(
    ([signal, weight]) => SIGNALS.includes(signal as Signal) && Number.isFinite(weight),
  )
  if (fits && numbers) return
  throw wrongType('bad-option', 'fusion', fusion, 'a boolean or {embed: boolean, weights: {mvp: …}}')
}
