import { expose, wrap } from 'comlink'
import { expect, test } from 'vitest'
import { closePort, type PortCallback, registerCallbackTransfer, toPortCallback } from './callbackTransfer.js'

registerCallbackTransfer()

interface Counting {
  count(to: number, tell: (numbers: Uint32Array) => void): Promise<boolean>
}

function connected(service: Counting) {
  const { port1, port2 } = new MessageChannel()
  expose(service, port1)
  return {
    remote: wrap<Counting>(port2),
    close: () => {
      port1.close()
      port2.close()
    },
  }
}

test('what a callback is told arrives in order, moved, and what was told before the way ended arrives too', async () => {
  const moved: number[] = []
  const { remote, close } = connected({
    async count(to, tell: PortCallback<Uint32Array>) {
      for (let i = 0; i < to; i++) {
        const numbers = Uint32Array.of(i)
        tell(numbers, [numbers.buffer])
        moved.push(numbers.length)
      }
      tell[closePort]?.()
      return closePort in tell
    },
  })
  const told: number[] = []
  await new Promise<void>((resolve, reject) => {
    const tell = (numbers: Uint32Array) => {
      if (told.push(numbers[0]!) === 3) resolve()
    }
    expect(remote.count(3, toPortCallback(tell)))
      .resolves.toBe(true)
      .catch(reject)
  })
  expect(told).toEqual([0, 1, 2])
  expect(moved).toEqual([0, 0, 0])
  close()
})
