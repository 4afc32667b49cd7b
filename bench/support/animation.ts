import type { CDPSession, Page } from 'playwright/test'
import sharp from 'sharp'

/** A frame of a recorded page. */
export interface Frame {
  /** When the browser painted it: milliseconds since the first frame. */
  ms: number
  png: Buffer
}

/** Records what a page shows, as Chromium paints it. */
export class FrameRecorder {
  readonly #frames: { at: number; png: Buffer }[] = []
  readonly #session: CDPSession

  private constructor(session: CDPSession) {
    this.#session = session
    session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
      this.#frames.push({ at: 1000 * metadata.timestamp!, png: Buffer.from(data, 'base64') })
      void session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined)
    })
  }

  static async start(page: Page): Promise<FrameRecorder> {
    const session = await page.context().newCDPSession(page)
    const recorder = new FrameRecorder(session)
    await session.send('Page.startScreencast', { format: 'png' })
    return recorder
  }

  async stop(): Promise<Frame[]> {
    await this.#session.send('Page.stopScreencast')
    const first = this.#frames[0]!.at
    return this.#frames.map(({ at, png }) => ({ ms: at - first, png }))
  }
}

interface AnimationOptions {
  /** The part of each frame to show, in pixels. */
  clip: { left: number; top: number; width: number; height: number }
  /** How many times as fast as recorded it plays. */
  speed: number
  /** Milliseconds that the last frame stays before the animation begins again. */
  restMs: number
}

/** Frames closer than this are left out: seven a second are enough for a picture. */
const STEP_MS = 130
const COLORS = 32

/** Makes a GIF that loops. Frames that look like the one before are left out. */
export async function animate(frames: readonly Frame[], { clip, speed, restMs }: AnimationOptions): Promise<Buffer> {
  const kept: { ms: number; png: Buffer; pixels: Buffer }[] = []
  for (const [n, frame] of frames.entries()) {
    const ms = frame.ms / speed
    const isLast = n === frames.length - 1
    if (!isLast && kept.length > 0 && ms - kept.at(-1)!.ms < STEP_MS) continue
    const cropped = sharp(frame.png).extract(clip).removeAlpha()
    const pixels = await cropped.clone().raw().toBuffer()
    if (kept.at(-1)?.pixels.equals(pixels)) continue
    kept.push({ ms, png: await cropped.png().toBuffer(), pixels })
  }
  const delay = kept.map(({ ms }, n) => (n + 1 < kept.length ? Math.round(kept[n + 1]!.ms - ms) : restMs))
  return sharp(
    kept.map(({ png }) => png),
    { join: { animated: true } },
  )
    .gif({ delay, loop: 0, colours: COLORS, dither: 0, effort: 10, interFrameMaxError: 2 })
    .toBuffer()
}
