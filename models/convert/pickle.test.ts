import { describe, expect, test } from 'vitest'
import { pickle, statePickle } from '../../test/convertedModels.js'
import { readPickle } from './pickle.js'

const PROTO = [0x80, 2] as const
const tensor = { shape: [2, 3], strides: [3, 1], storage: '0', count: 6 }

describe('reads what torch.save writes', () => {
  test('a state dict with the metadata of its module', () => {
    const tensors = readPickle(statePickle({ a: tensor, 'b.c': { ...tensor, offset: 4, count: 3e9 } }))
    expect([...tensors.keys()]).toEqual(['a', 'b.c'])
    expect(tensors.get('a')).toMatchObject({
      shape: [2, 3],
      strides: [3, 1],
      offset: 0,
      storage: { dtype: 'F32', key: '0' },
    })
    expect(tensors.get('b.c')).toMatchObject({ offset: 4, storage: { count: 3e9 } })
  })

  test('values that are no tensors are passed over', () => {
    expect(readPickle(pickle(...PROTO, '}X\x05\0\0\0epochK\x03s.')).size).toBe(0)
  })
})

describe('refuses, with name and place, and never runs,', () => {
  const refusal = (...parts: (number | string)[]) => {
    try {
      readPickle(pickle(...parts))
    } catch (error) {
      return error
    }
    throw new Error('was accepted')
  }

  test('an import', () => {
    expect(refusal(...PROTO, 'cos\nsystem\n', 'X\x02\0\0\0ls', 0x85, 'R.')).toMatchObject({
      code: 'unsafe-pickle',
      message: 'The pickle holds os.system at byte 2',
    })
  })

  test('an import by names on the stack, and one behind a prototype name', () => {
    expect(refusal(0x80, 4, 0x8c, 8, 'builtins', 0x8c, 4, 'eval', 0x93, '.')).toMatchObject({
      code: 'unsafe-pickle',
      message: 'The pickle holds builtins.eval at byte 18',
    })
    expect(refusal(...PROTO, 'cconstructor\nconstructor\n.')).toMatchObject({ code: 'unsafe-pickle' })
    expect(refusal(...PROTO, 'c\n__proto__\n.')).toMatchObject({ code: 'unsafe-pickle' })
  })

  test.each([
    ['INST', 'ios\nsystem\n'],
    ['OBJ', 'o'],
    ['NEWOBJ', 0x81],
    ['EXT1', 0x82],
    ['an unknown opcode', 0xff],
  ])('the operation %s', (_, code) => {
    expect(refusal(...PROTO, '(', code, '.')).toMatchObject({
      code: 'unsafe-pickle',
      message: expect.stringMatching(/at byte 3$/),
    })
  })

  test('a call of something that is not callable, or with odd arguments', () => {
    expect(refusal(...PROTO, 'K\x01', ')', 'R.')).toMatchObject({ code: 'unsafe-pickle' })
    expect(refusal(...PROTO, 'ctorch\nFloatStorage\n', ')', 'R.')).toMatchObject({ code: 'unsafe-pickle' })
    expect(refusal(...PROTO, 'ctorch._utils\n_rebuild_tensor_v2\n', ')', 'R.')).toMatchObject({ code: 'unsafe-pickle' })
    expect(refusal(...PROTO, 'ccollections\nOrderedDict\n', 'K\x01', 0x85, 'R.')).toMatchObject({
      code: 'unsafe-pickle',
    })
  })

  test('a stack that runs empty and a reference to nothing', () => {
    expect(refusal(...PROTO, 'R.')).toMatchObject({ code: 'unsafe-pickle' })
    expect(refusal(...PROTO, 't.')).toMatchObject({ code: 'unsafe-pickle' })
    expect(refusal(...PROTO, 'h\x07.')).toMatchObject({ code: 'unsafe-pickle' })
    expect(refusal(...PROTO, 'X\x01\0\0\0aQ.')).toMatchObject({ code: 'unsafe-pickle' })
  })
})

test('every cut of a pickle is an error of its own, not a crash', () => {
  const whole = statePickle({ a: tensor })
  for (let end = 0; end < whole.length; end++) {
    expect(() => readPickle(whole.subarray(0, end))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/truncated-file|unsafe-pickle/) }),
    )
  }
})
