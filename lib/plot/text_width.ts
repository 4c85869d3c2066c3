/**
 * How wide a text is, where there is no screen to measure it on.
 *
 * @module
 */

/** Widths in thousandths of the font's size, of sans-serif fonts as systems have them: the widest of the common ones, so that a text fits in all. */
const WIDTHS: readonly (readonly [characters: string, width: number])[] = [
  ["ijl|'’IJ", 295],
  [" .,:;!·/\\", 340],
  ["ft()[]{}-r", 411],
  ['"*°szc?', 555],
  ["kvxyLF_–", 592],
  ["0123456789abdeghnopqu#$€", 636],
  ["TZESPYXKBVARC", 698],
  ["DGHNU&√ωOQ", 787],
  ["w+<>=~×±µ−", 838],
  ["mMW%—…@", 1000],
];

const TABLE = new Map(WIDTHS.flatMap(([characters, width]) => [...characters].map((c) => [c, width] as const)));

/** Of a character that is not in the table: as wide as a capital, and as the font's size where scripts are wide. */
const other = (character: string) => character.codePointAt(0)! < 0x2e80 ? 640 : 1000;

/**
 * The width of a line in pixels.
 *
 * @param bold fonts of a weight of 600 and more are wider
 */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let sum = 0;
  for (const character of text) sum += TABLE.get(character) ?? other(character);
  return sum / 1000 * fontSize * (bold ? 1.18 : 1);
}

/** Words in lines that are no wider than this; a word that is wider has a line of its own. */
export function wrapped(text: string, width: number, fontSize: number, bold = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && textWidth(longer, fontSize, bold) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
