import { expose, wrap } from 'comlink'
import { expect, test } from 'vitest'
import { RerankError } from '../api/errors.js'
import { registerErrorReceiver, registerErrorSender } from './errorTransfer.js'

registerErrorSender()
registerErrorReceiver()

test('a RerankError arrives on the other side as it was thrown', async () => {
  const { port1, port2 } = new MessageChannel()
  const cause = new TypeError('inner')
  expose(
    {
      fail(): void {
        throw new RerankError('bad-passage', 'Passage 3 is odd.', { index: 3, remedy: 'Mend it.', cause })
      },
      other(): void {
        throw new RangeError('plain')
      },
    },
    port1,
  )
  const remote = wrap<{ fail(): void; other(): void }>(port2)
  const error = await remote.fail().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(RerankError)
  expect(error).toMatchObject({ code: 'bad-passage', message: 'Passage 3 is odd.', index: 3, remedy: 'Mend it.' })
  expect(String((error as RerankError).cause)).toContain('TypeError: inner')
  await expect(remote.other()).rejects.toThrow(RangeError('plain').message)
  port1.close()
  port2.close()
})
