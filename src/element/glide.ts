/** Milliseconds of a move: long enough to follow with the eye. */
const duration = 320

/** Milliseconds between two orders. */
export const glidePace = 360

/** Moves count as over after this time. A busy machine begins them late, and a hidden page may never end them. */
const longest = 3 * duration

const moving = new Set<Animation>()
let began = 0

/**
 * Whether rows are moving. A row that gets a new target during its move seems to jump, and browsers count that as a
 * layout shift.
 */
export function isGliding(): boolean {
  return moving.size > 0 && performance.now() < began + longest
}

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')

const running = new WeakMap<Element, Animation>()

/**
 * Runs `reorder` and animates the rows from their former to their new places (FLIP). Rows that are outside of the
 * window before and after do not move, since fifty moving rows would cost frames for nothing. No move is longer than
 * the window's height. Visitors who prefer reduced motion see no animation.
 */
export function glide(rows: readonly HTMLElement[], reorder: () => void): void {
  if (reducedMotion.matches || document.hidden) {
    reorder()
    return
  }
  // A moving row starts its next move from where it is now.
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
    // Rising rows pass above those that make room for them.
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
