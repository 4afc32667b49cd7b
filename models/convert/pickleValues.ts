/** A reference to a storage, as torch.save writes it. Its numbers are in a separate file. */
export interface Storage {
  kind: 'storage'
  dtype: string
  key: string
  /** Number of elements. */
  count: number
}

export interface PickledTensor {
  kind: 'tensor'
  storage: Storage
  /** In elements. */
  offset: number
  shape: number[]
  strides: number[]
}

export type Global = { kind: 'global'; name: string }
export type Dict = { kind: 'dict'; items: Map<unknown, unknown> }
export type Value = null | boolean | number | string | Value[] | Global | Dict | Storage | PickledTensor | typeof MARK

export const MARK = Symbol('mark')

export const emptyDict = (): Dict => ({ kind: 'dict', items: new Map() })

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
export const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)

type Kinds = { global: Global; dict: Dict; storage: Storage; tensor: PickledTensor }
export function isKind<K extends keyof Kinds>(value: Value | undefined, kind: K): value is Kinds[K] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === kind
}

export const describe = (value: Value) =>
  isKind(value, 'global') ? value.name : `a ${value === null ? 'None' : typeof value}`
