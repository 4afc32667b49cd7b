import { byId } from './dom.js'

/** A switch between the order by keywords and the model's. The visitor sees the same query in both. */
export interface OrderSwitch {
  /** Whether the model may rank. */
  readonly isReranked: boolean
}

export function createOrderSwitch(onChange: () => void): OrderSwitch {
  const reranked = byId('order-reranked', HTMLInputElement)
  byId('order-switch', HTMLFieldSetElement).addEventListener('change', onChange)
  return {
    get isReranked() {
      return reranked.checked
    },
  }
}
