import { emptyDict, isCount, isCounts, isKind, type Value } from './pickleValues.js'

/** Element types, in safetensors' names, by their storage class. */
export const STORAGES: Record<string, string> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
}

/** The functions that a pickle may call, and their results here. No code of the pickle's choice ever runs. */
export const CALLS: Record<string, (args: Value[], fail: (why: string) => never) => Value> = {
  'collections.OrderedDict': (args, fail) => (args.length === 0 ? emptyDict() : fail('an OrderedDict with arguments')),
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([tensor], fail) =>
    isKind(tensor, 'tensor') ? tensor : fail('a parameter that is no tensor'),
}

/** (storage, offset, shape, strides, requires_grad, hooks[, metadata]) */
function rebuildTensor(args: Value[], fail: (why: string) => never): Value {
  const [storage, offset, shape, strides] = args
  if (!isKind(storage, 'storage') || !isCount(offset) || !isCounts(shape) || !isCounts(strides))
    fail('a tensor of odd make')
  if (shape.length !== strides.length) fail('a tensor of odd make')
  return { kind: 'tensor', storage, offset, shape, strides }
}
