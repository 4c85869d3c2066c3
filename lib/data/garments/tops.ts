/**
 * What is worn above the waist, and dresses: five classes cut from one pattern.
 *
 * T-shirts, pullovers, coats, shirts and dresses share their silhouette, as they do in photographs: what tells them
 * apart is how long the sleeves and the body are, the neck, the closure at the front, the bands at cuff and hem. Each of
 * these is drawn from ranges that overlap between classes, and is often faint. So some images are hard, and a few could be
 * either, without any label being wrong.
 *
 * @module
 */

import type { Canvas } from "./canvas.ts";
import { print, weave } from "./fabric.ts";
import type { Rng } from "./rng.ts";

/** The cut of one garment, in pixels from the axis (half widths) and from the top. */
interface Cut {
  top: number;
  hem: number;
  neck: number;
  neckDepth: number;
  shoulder: number;
  drop: number;
  armpit: number;
  chest: number;
  waist: number;
  waistAt: number;
  hip: number;
  sag: number;
  /** 0 is sleeveless, 1 reaches the wrist. */
  sleeve: number;
  sleeveWidth: number;
  /** How far the wrist stands out from the shoulder. */
  spread: number;
}

const cut: Cut = {
  top: 0,
  hem: 0,
  neck: 0,
  neckDepth: 0,
  shoulder: 0,
  drop: 0,
  armpit: 0,
  chest: 0,
  waist: 0,
  waistAt: 0,
  hip: 0,
  sag: 0,
  sleeve: 0,
  sleeveWidth: 0,
  spread: 0,
};

/** Chooses the measures that all five share; the recipes then change what is theirs. */
function measure(rng: Rng): void {
  cut.top = rng.around(0.6, 3);
  cut.hem = rng.around(22.5, 27.5);
  cut.neck = rng.around(2, 4.2);
  cut.neckDepth = rng.between(0.6, 2.6);
  cut.shoulder = rng.around(6.2, 8.8);
  cut.drop = rng.between(0.8, 2.2);
  cut.armpit = cut.top + rng.around(6, 8.5);
  cut.chest = cut.shoulder - rng.between(0, 1.2);
  cut.waist = cut.chest + rng.between(-1.2, 0.4);
  cut.waistAt = 16;
  cut.hip = cut.waist + rng.between(-0.3, 1.4);
  cut.sag = rng.between(-0.8, 0.8);
  cut.sleeve = 1;
  cut.sleeveWidth = rng.around(2.7, 4.4);
  cut.spread = rng.around(1.4, 4.6);
}

/** Puts the garment somewhere near the middle, slightly turned, slanted and scaled. */
export function settle(canvas: Canvas, rng: Rng, wide: number, tall: number): void {
  canvas.place(
    14 + rng.around(-2.4, 2.4),
    14 + rng.around(-2, 2),
    wide * rng.around(0.84, 1.22),
    tall * rng.around(0.95, 1.16),
    rng.around(-0.09, 0.09),
    rng.around(-0.07, 0.07),
  );
}

// Recipes measure y from the frame's top; the placement turns and scales about its middle.
const Y = -14;

function drawSleeves(canvas: Canvas, rng: Rng): void {
  const c = cut;
  if (c.sleeve <= 0.02) return;
  const reach = c.sleeve;
  const length = (Math.min(c.hem, 25.5) - c.top - c.drop - rng.between(0, 2)) * reach;
  const sx = c.shoulder, sy = c.top + c.drop + Y;
  // Short sleeves stand out more than long ones hang.
  const out = c.spread * reach + (1 - reach) * rng.between(1.6, 3.6);
  const ox = sx + out, oy = sy + length;
  const width = c.sleeveWidth * (1.05 - 0.3 * reach);
  const ix = ox - width, iy = oy + (1 - reach) * rng.between(0.6, 2) + 0.4;
  const under = c.armpit + Y;
  canvas.mirror(true);
  canvas.move(sx - 2.2, sy - 0.7);
  canvas.curve(sx + out * 0.55 + 0.6, sy + length * 0.12, ox, oy);
  canvas.line(ix, iy);
  canvas.line(c.chest - 0.9, Math.min(under, iy));
  canvas.line(sx - 2.2, sy - 0.7);
  canvas.cloth(rng.between(0.84, 1.02));
  if (reach > 0.75 && rng.chance(0.4)) {
    const cuff = rng.between(0.9, 2);
    canvas.stroke(ox - width * 0.5, oy - cuff * 0.5, ox - width * 0.5 + 0.2, oy + cuff * 0.5, width);
    canvas.shade(rng.between(0.72, 1.1));
  }
  canvas.mirror(false);
}

function drawBody(canvas: Canvas, rng: Rng): void {
  const c = cut;
  canvas.mirror(true);
  canvas.move(0, c.top + c.neckDepth + Y);
  canvas.curve(c.neck * 0.85, c.top + c.neckDepth + Y, c.neck, c.top + Y);
  canvas.line(c.shoulder, c.top + c.drop + Y);
  if (c.sleeve > 0.02) canvas.curve(c.chest + 0.3, c.top + c.drop + 2 + Y, c.chest, c.armpit + Y);
  else canvas.curve(c.shoulder - 2, c.armpit - 1 + Y, c.chest, c.armpit + Y);
  canvas.curve(c.waist, c.waistAt - 2 + Y, c.waist, c.waistAt + Y);
  canvas.line(c.hip, c.hem + Y);
  canvas.curve(c.hip * 0.5, c.hem + c.sag + Y, 0, c.hem + c.sag + Y);
  canvas.cloth(1);
  if (c.sleeve > 0.02) {
    // The seam or shadow between body and sleeve.
    canvas.arc(c.shoulder - 0.4, c.top + c.drop + Y, c.chest, c.armpit - 3 + Y, c.chest, c.armpit + 1.5 + Y, 0.7);
    canvas.shade(rng.between(0.4, 1));
    if (c.sleeve > 0.6) {
      canvas.stroke(
        c.chest + 0.2,
        c.armpit + Y,
        (c.waist + c.hip) / 2 + 0.2,
        (c.waistAt + c.hem) / 2 + Y,
        rng.between(0.7, 1.6),
      );
      canvas.shade(rng.between(0, 1));
    }
  }
  canvas.mirror(false);
}

/** The inside of the back, seen through the neck. */
function drawInside(canvas: Canvas, rng: Rng, probability: number): void {
  if (!rng.chance(probability)) return;
  canvas.ellipse(0, cut.top + Y + 0.3, cut.neck * 0.95, 0.9 + cut.neckDepth * 0.35);
  canvas.cloth(rng.between(0.35, 0.75));
}

/** A band of rib around the neck. */
function drawNeckband(canvas: Canvas, rng: Rng, strength: number): void {
  canvas.mirror(true);
  canvas.arc(
    0,
    cut.top + cut.neckDepth + 0.4 + Y,
    cut.neck * 0.9,
    cut.top + cut.neckDepth + 0.3 + Y,
    cut.neck + 0.3,
    cut.top + Y,
    rng.between(0.7, 1.2),
  );
  canvas.tint(rng.sign() * strength);
  canvas.mirror(false);
}

function drawCollar(canvas: Canvas, strength: number, size: number): void {
  const y = cut.top + Y, n = cut.neck;
  canvas.mirror(true);
  canvas.move(0.2, y + cut.neckDepth + 0.4);
  canvas.line(n - 0.5, y - 0.8);
  canvas.line(n + 0.7, y + 0.2);
  canvas.line(n * 0.7 + size * 0.5, y + cut.neckDepth + size);
  canvas.line(0.2, y + cut.neckDepth + 0.4);
  canvas.cloth(1 + strength * 0.4);
  // Its edge casts a shadow.
  canvas.stroke(0.3, y + cut.neckDepth + 0.6, n * 0.7 + size * 0.5, y + cut.neckDepth + size + 0.3, 0.7);
  canvas.stroke(n * 0.7 + size * 0.5, y + cut.neckDepth + size + 0.3, n + 0.7, y + 0.6, 0.5);
  canvas.shade(1 - Math.min(0.8, strength));
  canvas.mirror(false);
}

/** A closure down the front: a line, and buttons or the teeth of a zip on it. */
function drawFront(canvas: Canvas, rng: Rng, strength: number, buttons: boolean, width: number): void {
  const x = rng.between(-0.7, 0.7), from = cut.top + cut.neckDepth + 0.4 + Y, to = cut.hem + cut.sag + Y;
  canvas.stroke(x, from, x + rng.between(-0.4, 0.4), to, width);
  if (rng.chance(0.75)) canvas.shade(1 - Math.min(0.85, strength));
  else canvas.tint(strength * 0.5);
  if (!buttons) return;
  const step = rng.between(2.6, 4.6), beside = x + rng.between(-0.3, 1);
  for (let y = from + 1.5; y < to - 1; y += step) canvas.ellipse(beside, y, 0.55, 0.55);
  canvas.tint(rng.sign() * strength);
}

function drawHemband(canvas: Canvas, rng: Rng, strength: number): void {
  const h = rng.between(1, 2.4);
  canvas.stroke(-cut.hip, cut.hem - h / 2 + Y, cut.hip, cut.hem - h / 2 + cut.sag * 0.5 + Y, h);
  canvas.tint(rng.sign() * strength);
}

function drawPockets(canvas: Canvas, rng: Rng, strength: number): void {
  const y = rng.between(16, 20) + Y, x = cut.waist * rng.between(0.4, 0.65), w = rng.between(1, 1.9);
  canvas.mirror(true);
  canvas.stroke(x - w, y, x + w, y + rng.between(-1, 1.4), rng.between(0.6, 1.3));
  canvas.mirror(false);
  canvas.shade(1 - Math.min(0.8, strength));
}

/** A hood or a fur collar standing above the shoulders. */
function drawHood(canvas: Canvas, rng: Rng): void {
  canvas.ellipse(0, cut.top + 0.6 + Y, cut.neck + rng.between(0.6, 1.8), rng.between(1.6, 2.8));
  canvas.cloth(rng.between(0.7, 1.05));
  canvas.ellipse(0, cut.top + 1 + Y, cut.neck * 0.8, rng.between(0.9, 1.8));
  canvas.shade(rng.between(0.3, 0.75));
}

/** A cue's contrast: mostly clear, sometimes next to nothing. */
function cue(rng: Rng, most: number): number {
  return most * (0.2 + 0.8 * rng.unit());
}

// Weights of plain, stripes, lines, check, speckle, flowers, blocks, dots.
const TSHIRT = [50, 12, 2, 2, 9, 10, 10, 5];
const PULLOVER = [46, 14, 2, 3, 16, 6, 12, 1];
const COAT = [58, 3, 4, 6, 16, 5, 6, 1];
const SHIRT = [34, 8, 8, 16, 9, 15, 4, 6];
const DRESS = [46, 8, 4, 3, 9, 16, 8, 6];

/** Draws a T-shirt or top: short or no sleeves, a round or pointed neck, often a print. */
export function drawTshirt(canvas: Canvas, rng: Rng): void {
  settle(canvas, rng, 1, 1);
  weave(canvas, rng, TSHIRT, 0.85);
  measure(rng);
  cut.sleeve = rng.chance(0.1) ? 0 : rng.chance(0.12) ? rng.between(0.4, 0.85) : rng.between(0.16, 0.42);
  cut.neckDepth = rng.between(0.8, 3.6);
  if (cut.sleeve === 0) cut.shoulder -= rng.between(1, 2.4);
  drawInside(canvas, rng, 0.6);
  drawSleeves(canvas, rng);
  drawBody(canvas, rng);
  if (rng.chance(0.5)) drawNeckband(canvas, rng, cue(rng, 0.25));
  if (rng.chance(0.45)) print(canvas, rng, rng.around(-1.5, 1.5), rng.between(9, 14) + Y, rng.between(0.1, 0.6));
  if (rng.chance(0.05)) drawFront(canvas, rng, cue(rng, 0.25), rng.chance(0.3), 0.7);
  if (rng.chance(0.15)) drawHemband(canvas, rng, cue(rng, 0.15));
}

/** Draws a pullover: long sleeves, a closed front, often bands at neck and hem. */
export function drawPullover(canvas: Canvas, rng: Rng): void {
  settle(canvas, rng, 1, 1);
  weave(canvas, rng, PULLOVER, 0.85);
  measure(rng);
  cut.sleeve = rng.chance(0.06) ? rng.between(0.5, 0.85) : rng.between(0.88, 1.04);
  cut.sleeveWidth += rng.between(-0.1, 0.6);
  cut.neckDepth = rng.between(0.2, 2.2);
  if (rng.chance(0.12)) drawHood(canvas, rng);
  else drawInside(canvas, rng, 0.45);
  drawSleeves(canvas, rng);
  drawBody(canvas, rng);
  if (rng.chance(0.6)) drawNeckband(canvas, rng, cue(rng, 0.22));
  if (rng.chance(0.55)) drawHemband(canvas, rng, cue(rng, 0.22));
  if (rng.chance(0.3)) print(canvas, rng, rng.around(-1.5, 1.5), rng.between(9, 14) + Y, rng.between(0.1, 0.5));
  if (rng.chance(0.05)) drawFront(canvas, rng, cue(rng, 0.3), rng.chance(0.2), 0.7);
  if (rng.chance(0.06)) drawCollar(canvas, cue(rng, 0.3), rng.between(0.8, 2));
}

/** Draws a coat or jacket: long sleeves, a front that opens, lapels or a hood, pockets. */
export function drawCoat(canvas: Canvas, rng: Rng): void {
  settle(canvas, rng, 1, 1);
  weave(canvas, rng, COAT, 0.75);
  measure(rng);
  cut.sleeve = rng.between(0.9, 1.04);
  cut.sleeveWidth += rng.between(0, 1.1);
  cut.hem += rng.between(-0.2, 1.8);
  cut.hip += rng.between(0, 1.4);
  cut.neckDepth = rng.between(0.2, 2.6);
  if (rng.chance(0.3)) drawHood(canvas, rng);
  else drawInside(canvas, rng, 0.4);
  drawSleeves(canvas, rng);
  drawBody(canvas, rng);
  if (rng.chance(0.94)) drawFront(canvas, rng, cue(rng, 0.95), rng.chance(0.35), rng.between(0.7, 1.5));
  if (rng.chance(0.55)) drawCollar(canvas, cue(rng, 0.55), rng.between(1.5, 4.5));
  if (rng.chance(0.5)) drawPockets(canvas, rng, cue(rng, 0.5));
  if (rng.chance(0.25)) drawHemband(canvas, rng, cue(rng, 0.2));
}

/** Draws a shirt or blouse: any sleeve, mostly a collar and a row of buttons, both often faint. */
export function drawShirt(canvas: Canvas, rng: Rng): void {
  settle(canvas, rng, 1, 1);
  weave(canvas, rng, SHIRT, 0.85);
  measure(rng);
  const kind = rng.unit();
  cut.sleeve = kind < 0.08
    ? 0
    : kind < 0.34
    ? rng.between(0.2, 0.5)
    : kind < 0.46
    ? rng.between(0.5, 0.85)
    : rng.between(0.88, 1.04);
  cut.sag = rng.between(-1.4, 1.6);
  cut.sleeveWidth -= rng.between(-0.1, 0.6);
  cut.neckDepth = rng.between(0.4, 3);
  if (cut.sleeve === 0) cut.shoulder -= rng.between(0.6, 2);
  drawInside(canvas, rng, 0.5);
  drawSleeves(canvas, rng);
  drawBody(canvas, rng);
  if (rng.chance(0.84)) drawFront(canvas, rng, cue(rng, 0.8), rng.chance(0.65), rng.between(0.5, 0.9));
  if (rng.chance(0.75)) drawCollar(canvas, cue(rng, 0.8), rng.between(1, 2.8));
  else if (rng.chance(0.4)) drawNeckband(canvas, rng, cue(rng, 0.2));
  if (rng.chance(0.14)) drawPockets(canvas, rng, cue(rng, 0.3));
  if (rng.chance(0.1)) print(canvas, rng, rng.around(-1.5, 1.5), rng.between(9, 14) + Y, rng.between(0.1, 0.4));
}

/** Draws a dress: long, mostly narrow at the waist and wide at the hem, few sleeves. */
export function drawDress(canvas: Canvas, rng: Rng): void {
  settle(canvas, rng, rng.between(0.84, 1.1), 1.02);
  weave(canvas, rng, DRESS, 1);
  measure(rng);
  cut.top = rng.between(0.2, 1.8);
  cut.hem = rng.around(25, 28);
  const kind = rng.unit();
  cut.sleeve = kind < 0.5
    ? 0
    : kind < 0.76
    ? rng.between(0.1, 0.35)
    : kind < 0.84
    ? rng.between(0.4, 0.8)
    : rng.between(0.85, 1);
  cut.shoulder = cut.sleeve === 0 ? rng.around(2.6, 5.6) : rng.around(4.6, 6.8);
  cut.neck = Math.min(cut.neck, cut.shoulder - 0.9);
  cut.neckDepth = rng.between(0.6, 4);
  cut.armpit = cut.top + rng.between(5, 7.5);
  cut.chest = cut.shoulder + rng.between(-0.7, 0.5);
  cut.waist = cut.chest - rng.between(-0.2, 1.6);
  cut.waistAt = rng.between(11.5, 16);
  cut.hip = cut.waist + rng.between(-0.2, 5) * rng.between(0.2, 1);
  drawInside(canvas, rng, 0.4);
  drawSleeves(canvas, rng);
  drawBody(canvas, rng);
  if (rng.chance(0.35)) {
    canvas.stroke(-cut.waist, cut.waistAt + Y, cut.waist, cut.waistAt + Y, rng.between(0.7, 1.5));
    canvas.shade(rng.between(0.4, 1.15));
  }
  if (rng.chance(0.35)) {
    // Pleats.
    const n = 2 + rng.below(3);
    for (let i = 0; i < n; i++) {
      const t = (i + 0.5) / n * 2 - 1;
      canvas.stroke(cut.waist * t * 0.8, cut.waistAt + Y, cut.hip * t * 0.9, cut.hem + Y, 0.6);
    }
    canvas.shade(rng.between(0.55, 0.95));
  }
  if (rng.chance(0.12)) print(canvas, rng, rng.around(-1, 1), rng.between(7, 12) + Y, rng.between(0.1, 0.4));
  if (rng.chance(0.12)) drawFront(canvas, rng, cue(rng, 0.35), rng.chance(0.4), 0.7);
}
