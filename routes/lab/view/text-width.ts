// How wide texts are at most, which the server cannot measure: as in Verdana and DejaVu Sans, the
// widest of the fonts that systems use for their own texts.

/** Widths of characters in the bold font, in units of its size. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'|!\u00B7]/, 0.42],
  [/[ ftr()[\]/"`-]/, 0.54],
  [/[mMwW%@]/, 1.06],
  [/[A-Z+=<>~]/, 0.84],
  // What no Latin font has may be as wide as it is high.
  [/[\u0250-\u2025\u2027-\uFFFF]|[\u{10000}-\u{10FFFF}]/u, 1.1],
];

/** Of letters and digits. */
const MOST = 0.72;

/** The weights, each with its width as against the bold one. */
const WEIGHTS = { bold: 1, normal: 0.92 };

/** How wide a text is at most, in pixels. */
export function textWidth(text: string, size: number, weight: keyof typeof WEIGHTS): number {
  const widths = [...text].map((character) =>
    WIDTHS.find(([characters]) => characters.test(character))?.[1] ?? MOST
  );
  return widths.reduce((sum, width) => sum + width, 0) * size * WEIGHTS[weight];
}
