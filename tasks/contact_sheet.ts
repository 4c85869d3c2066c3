/**
 * Draws the contact sheet of the built-in garments, docs/garments.png: twelve images of each class.
 *
 *     deno run --allow-read=. --allow-write=docs/garments.png tasks/contact_sheet.ts [--seed N] [--out FILE]
 *
 * @module
 */
import { encode } from "npm:fast-png@^8.0.0";
import { scriptCommandLine, scriptNumber } from "./cli.ts";
import { garments } from "../lib/data/garments/garments.ts";

const { values: { seed, out = "docs/garments.png" } } = scriptCommandLine("contact-sheet", {
  seed: "value",
  out: "value",
});

const SIDE = 28, SCALE = 2, GAP = 4, COLUMNS = 12;
const TEXT = 2, LABELS = 11 * 4 * TEXT + 2 * GAP;
const CELL = SIDE * SCALE + GAP;

// Three by five pixels a letter, each row's bits as an octal digit; enough for the names of the classes.
// deno-fmt-ignore
const LETTERS: Readonly<Record<string, string>> = {
  a: "25755", b: "65656", c: "34443", d: "65556", e: "74647", g: "34553", h: "55755", i: "72227", k: "55655", l: "44447",
  n: "65555", o: "25552", p: "65644", r: "65655", s: "34216", t: "72222", u: "55557", v: "55552", "/": "11244", "-": "00700",
};

const source = garments({ seed: scriptNumber("contact-sheet", "--seed", seed) ?? 0 });
const width = LABELS + COLUMNS * CELL + GAP, height = source.classes.length * CELL + GAP;
const sheet = new Uint8Array(width * height).fill(255);

/** Fills a square of ink or a pixel of a picture, `size` pixels wide. */
function dot(x: number, y: number, size: number, value: number): void {
  for (let row = y; row < y + size; row++) sheet.fill(value, row * width + x, row * width + x + size);
}

function write(text: string, x: number, y: number): void {
  for (const letter of text.toLowerCase()) {
    const rows = LETTERS[letter] ?? "00000";
    for (let row = 0; row < 5; row++) {
      for (let bit = 0; bit < 3; bit++) {
        if (Number(rows[row]) & (4 >> bit)) dot(x + bit * TEXT, y + row * TEXT, TEXT, 40);
      }
    }
    x += 4 * TEXT;
  }
}

const filled = new Array<number>(source.classes.length).fill(0);
const image = new Uint8Array(SIDE * SIDE), label = new Uint8Array(1);
for (const [row, name] of source.classes.entries()) write(name, GAP, GAP + row * CELL + (CELL - 5 * TEXT) / 2);
for (let i = 0; filled.some((count) => count < COLUMNS); i++) {
  source.draw("train", i, 1, image, label);
  const row = label[0]!, column = filled[row]!++;
  if (column >= COLUMNS) continue;
  image.forEach((value, p) => {
    dot(LABELS + column * CELL + (p % SIDE) * SCALE, GAP + row * CELL + Math.floor(p / SIDE) * SCALE, SCALE, value);
  });
}

await Deno.writeFile(out, encode({ width, height, data: sheet, channels: 1, depth: 8 }));
