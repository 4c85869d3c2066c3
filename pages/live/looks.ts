/** How lines are told apart: eight colours and, once those are used up, strokes. */

/** Colours of the page's style. */
const HUES = 8;

/** Strokes, each as the lengths of what is drawn and what is left out, in pixels. */
const STROKES: readonly (readonly number[])[] = [
  [],
  [8, 3],
  [2, 3],
  [8, 3, 2, 3],
  [8, 3, 2, 3, 2, 3],
  [16, 4],
  [16, 4, 4, 4],
];

/** Of the second of two that are compared. */
const COMPARED: readonly number[] = [5, 4];

/** As many lines look different. */
export const LOOKS: number = HUES * STROKES.length;

/** The first place of a line's colour: that without gaps. */
export const hueOf = (place: number): number => place % HUES;

/** The name of a line's colour in the page's style. */
export const hueName = (place: number): string => `hue-${hueOf(place)}`;

/** A line's stroke; one without a gap is empty. */
export function strokeOf(place: number, isDashed = false): readonly number[] {
  return isDashed ? COMPARED : STROKES[Math.floor(place / HUES) % STROKES.length]!;
}

/** A sample of a stroke as a background in CSS. */
export function sample(stroke: readonly number[], color: string): string {
  if (stroke.length === 0) return color;
  let at = 0;
  const stops = stroke.map((length, i) => `${i % 2 ? "transparent" : color} ${at}px ${at += length}px`);
  return `repeating-linear-gradient(90deg,${stops.join(",")})`;
}

/** What is said where there are more lines than looks; nothing where there are not. */
export function alike(places: readonly number[]): string {
  const looks = new Set(places.map((place) => place % LOOKS)).size;
  return looks < places.length
    ? `${places.length} lines have ${looks} looks: the pointer tells those that look alike`
    : "";
}
