/** A job, as one thread works on it. */
import { encodeUnit } from './encoder'
import * as job from './job'
import { setDotProduct } from './product'
import * as scratch from './scratch'

/**
 * Takes units of the job until none is left. The last ones come first: batches are ordered by length, and a long unit
 * at the end would keep the other threads waiting.
 */
export function encode(at: usize, model: usize, thread: i32): void {
  setDotProduct(job.isOneInstruction(at))
  scratch.placeScratch(model, job.scratch(at) + <usize>thread * job.scratchBytes(at))
  for (;;) {
    const taken = atomic.add<i32>(at + job.NEXT, 1)
    if (taken >= job.units(at)) return
    encodeUnit(at, model, job.units(at) - 1 - taken)
  }
}
