type Child = Node | string

/** Makes an element with a class. Strings become text, never markup, so a passage cannot run a script. */
export function createElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name)
  if (className !== '') node.className = className
  node.append(...children)
  return node
}

/** The element of index.html with this id. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`)
  return found
}

/** Text for screen readers alone. */
export function visuallyHidden(text: string): HTMLElement {
  return createElement('span', 'visually-hidden', text)
}
