/** A job, as one thread works on it. */
import { encodeUnit } from './encoder'
import * as job from './job'
import { setDotProduct } from './product'
import * as scratch from './scratch'

/** Takes units of the job until none is left. */
export function encode(at: usize, model: usize, thread: i32): void {
  setDotProduct(job.isOneInstruction(at))
  scratch.placeScratch(model, job.scratch(at) + <usize>thread * job.scratchBytes(at))
  for (;;) {
    const unit = atomic.add<i32>(at + job.NEXT, 1)
    if (unit >= job.units(at)) return
    encodeUnit(at, model, unit)
  }
}
