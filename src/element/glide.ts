/** Milliseconds of a move: long enough to follow with the eye. */
const duration = 320

/** Milliseconds between two orders. */
export const glidePace = 360

/** A busy machine begins late to move, but a hidden page may never end. */
const latest = 3 * duration

const moving = new Set<Animation>()
let began = 0

/** Whether rows are on their way. One that is sent elsewhere in the middle of it jumps to the eye, and browsers count that as a shift of the layout. */
export function isGliding(): boolean {
  return moving.size > 0 && performance.now() < began + latest
}

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')

const running = new WeakMap<Element, Animation>()

/**
 * Runs `reorder` and lets the rows glide from where they were seen to where they are now (FLIP). Rows that are outside of the window
 * before and after are left alone, and long ways are shortened to one window: fifty moving rows would cost frames for nothing.
 * With reduced motion asked for, rows are just there.
 */
export function glide(rows: readonly HTMLElement[], reorder: () => void): void {
  if (reducedMotion.matches || document.hidden) {
    reorder()
    return
  }
  // While a row still moves, this is where it is seen: the next move begins there.
  const before = rows.map(row => row.getBoundingClientRect())
  reorder()
  began = performance.now()
  for (const row of rows) running.get(row)?.cancel()
  const height = innerHeight
  const seen = ({ top, bottom }: DOMRect) => bottom > 0 && top < height
  const moves = rows.map((row, i) => ({ row, from: before[i]!, to: row.getBoundingClientRect() }))
  for (const { row, from, to } of moves) {
    const way = from.top - to.top
    if (Math.abs(way) < 1 || !(seen(from) || seen(to))) continue
    const shortened = Math.sign(way) * Math.min(Math.abs(way), height)
    // Rising rows pass above the ones that make room for them.
    const zIndex = way > 0 ? '1' : '0'
    const animation = row.animate(
      [
        { transform: `translateY(${shortened}px)`, zIndex },
        { transform: 'none', zIndex },
      ],
      { duration, easing: 'cubic-bezier(0.2, 0.8, 0.2, 1)' },
    )
    running.set(row, animation)
    moving.add(animation)
    animation.onfinish = animation.oncancel = () => moving.delete(animation)
  }
}
