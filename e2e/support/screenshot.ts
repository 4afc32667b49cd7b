/** Phone and desktop, light and dark. */
export const looks = [360, 1600].flatMap(width =>
  (['light', 'dark'] as const).map(colorScheme => ({ width, height: width < 500 ? 780 : 1000, colorScheme })),
)
