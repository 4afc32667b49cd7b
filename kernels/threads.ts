/**
 * Threads that share a memory. Each has an instance of this module and sleeps until the first thread opens a job; then
 * it takes units like the first. No thread waits for another within a job, and no sum depends on who computes it.
 *
 * Between the jobs of a ranking, a thread sleeps here, because it then wakes up within microseconds. Later it sleeps in
 * JavaScript. While it sleeps here, its event loop stands still, and the browser cannot measure or collect the memory
 * of its worker.
 *
 * The board, numbers of 4 bytes: how many jobs were opened, whether one is open, how many threads are at it, the job,
 * its model, and whether a thread failed. `src/kernels/jobRunner.ts` reads the third and the last, and waits for the
 * others after a job.
 */
import { encode } from './encode'

const OPENED: usize = 0
const OPEN: usize = 4
const ACTIVE: usize = 8
const JOB: usize = 12
const MODEL: usize = 16
const FAILED: usize = 20

/** Runs a job with all threads, from the first. Others may still be at their last unit when it returns. */
export function encodeTogether(board: usize, job: usize, model: usize): void {
  atomic.store<i32>(board + JOB, <i32>job)
  atomic.store<i32>(board + MODEL, <i32>model)
  atomic.store<i32>(board + OPEN, 1)
  atomic.add<i32>(board + OPENED, 1)
  atomic.notify(board + OPENED, -1)
  encode(job, model, 0)
  // Whoever comes now finds nothing open, so the job's memory may be used again once nobody is at it.
  atomic.store<i32>(board + OPEN, 0)
}

/**
 * Serves jobs on another thread.
 * @param seen how many jobs were opened when the thread last looked
 * @param idle milliseconds without a job after which it returns; -1: never
 * @returns how many jobs were opened when it last looked
 */
export function serve(board: usize, thread: i32, seen: i32, idle: i32): i32 {
  const nanoseconds = <i64>idle * 1_000_000
  while (atomic.wait<i32>(board + OPENED, seen, nanoseconds) !== AtomicWaitResult.TIMED_OUT) {
    seen = atomic.load<i32>(board + OPENED)
    atomic.add<i32>(board + ACTIVE, 1)
    if (atomic.load<i32>(board + OPEN)) {
      encode(<usize>atomic.load<i32>(board + JOB), <usize>atomic.load<i32>(board + MODEL), thread)
    }
    atomic.sub<i32>(board + ACTIVE, 1)
    atomic.notify(board + ACTIVE, -1)
  }
  return seen
}

/** A thread that trapped within a job leaves it, and serves no more. */
export function fail(board: usize): void {
  atomic.store<i32>(board + FAILED, 1)
  atomic.sub<i32>(board + ACTIVE, 1)
  atomic.notify(board + ACTIVE, -1)
}
