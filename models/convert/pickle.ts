import { Interpreter } from './pickleInterpreter.js'
import { type Dict, isKind, type PickledTensor, type Value } from './pickleValues.js'

/**
 * Reads the pickle that `torch.save` writes for a state dict (protocols 2 to 5), an ordered dictionary of tensors, and
 * nothing else. Any other import or call is refused with its name and place, and never run.
 * @returns the tensors by name
 * @throws RerankError unsafe-pickle
 */
export function readPickle(bytes: Uint8Array): Map<string, PickledTensor> {
  const whole = new Interpreter(bytes).run()
  const tensors = new Map<string, PickledTensor>()
  if (!isKind(whole, 'dict')) return tensors
  // Trainers wrap the state dict: {"state_dict": …, "epoch": …}.
  const inner = ['state_dict', 'model'].map(key => whole.items.get(key) as Value | undefined)
  const state = inner.find(value => isKind(value, 'dict')) ?? whole
  for (const [name, value] of (state as Dict).items) {
    if (typeof name === 'string' && isKind(value as Value, 'tensor')) tensors.set(name, value as PickledTensor)
  }
  return tensors
}
