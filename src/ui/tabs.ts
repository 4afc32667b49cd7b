/** Tabs by the ARIA pattern: arrow keys, Home and End move and select; one tab is in the order of the Tab key. */
export function createTabs(
  list: HTMLElement,
  onSelect: (panel: HTMLElement) => void,
): { select: (panelId: string) => void } {
  const tabs = [...list.querySelectorAll<HTMLButtonElement>('[role=tab]')]
  const panelOf = (tab: HTMLElement) => document.getElementById(tab.getAttribute('aria-controls')!)!

  const select = (chosen: HTMLButtonElement) => {
    for (const tab of tabs) {
      const selected = tab === chosen
      tab.setAttribute('aria-selected', String(selected))
      tab.tabIndex = selected ? 0 : -1
      panelOf(tab).hidden = !selected
    }
    onSelect(panelOf(chosen))
  }

  list.addEventListener('click', event => {
    const tab = tabs.find(candidate => candidate.contains(event.target as Node))
    if (tab) select(tab)
  })
  list.addEventListener('keydown', event => {
    const here = tabs.indexOf(document.activeElement as HTMLButtonElement)
    const places: Record<string, number> = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }
    const place = places[event.key]
    if (here < 0 || place === undefined) return
    event.preventDefault()
    const next = tabs[(place + tabs.length) % tabs.length]!
    next.focus()
    select(next)
  })
  return {
    select: panelId => {
      const tab = tabs.find(candidate => panelOf(candidate).id === panelId)
      if (tab) select(tab)
    },
  }
}
