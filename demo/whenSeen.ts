/** Calls back once, when the visitor scrolls to an element. */
export function whenSeen(element: HTMLElement, act: () => Promise<void>): void {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return
    observer.disconnect()
    void act()
  }).observe(element)
}
