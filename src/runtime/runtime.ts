import type * as OrtCommon from 'onnxruntime-common'
import type { InferenceSession, Tensor } from 'onnxruntime-common'
import type { OnnxGraph } from '../graph/onnx.js'
import type { Dialect } from '../model/dialect.js'
import type { OpenRuntime } from './openRuntime.js'

/** The part of onnxruntime's API that is used here. */
export type Ort = Pick<typeof OrtCommon, 'InferenceSession' | 'Tensor' | 'env'>
export type Feeds = InferenceSession.OnnxValueMapType
export type TensorClass = typeof Tensor

/**
 * A graph on a device. All sessions of a runtime share a mutex: onnxruntime-web corrupts memory when two sessions run
 * at once, and concurrent creates fail.
 */
export interface Session {
  /** @param outputs the outputs to return; others are not copied */
  run(feeds: Feeds, outputs: readonly string[]): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

/** One onnxruntime on one device. */
export interface Runtime extends OpenRuntime {
  readonly dialect: Dialect
  readonly version: string
  readonly Tensor: TensorClass
  /** The largest buffer of an input or intermediate, in bytes. */
  readonly maxBufferBytes: number
  /** @param onDevice outputs that stay on the device for another session */
  createSession(graph: OnnxGraph, onDevice?: readonly string[]): Promise<Session>
}
