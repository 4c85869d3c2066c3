/**
 * Footwear, seen from the side with the toe to the left before some are turned round: sandals, sneakers and ankle boots.
 *
 * @module
 */

import type { Canvas } from "./canvas.ts";
import { weave } from "./fabric.ts";
import type { Rng } from "./rng.ts";

// Weights of plain, stripes, lines, check, speckle, flowers, blocks, dots.
const SANDAL = [64, 3, 3, 2, 14, 8, 2, 4];
const SNEAKER = [58, 3, 4, 4, 16, 8, 5, 2];
const BOOT = [68, 2, 3, 2, 16, 6, 3, 0];

/** Puts the shoe's sole where the frame's lower half is, slightly turned and scaled. */
function stand(canvas: Canvas, rng: Rng, low: number): void {
  canvas.place(
    14 + rng.around(-1.8, 1.8),
    low + rng.around(-3, 2.4),
    // A third of the shoes point to the right.
    (rng.chance(0.33) ? -1 : 1) * rng.around(0.9, 1.1),
    rng.around(0.9, 1.24),
    rng.around(-0.08, 0.08),
    rng.around(-0.06, 0.06),
  );
}

/** The sole, from toe to heel, `lift` higher at the heel, with the given thickness there and at the toe. */
function drawSole(canvas: Canvas, toe: number, heel: number, lift: number, thin: number, thick: number): void {
  canvas.move(toe, -thin * 0.4);
  canvas.curve(toe + 1, thin * 0.7, toe + 4, thin);
  canvas.curve(toe + 11, thin, heel - 6, thin - lift * 0.55);
  canvas.line(heel, thick - lift);
  canvas.line(heel, -lift);
  canvas.curve(heel - 9, -lift * 0.9, toe + 9, 0);
  canvas.line(toe, -thin * 0.4);
}

/** Draws a sneaker: a low upper of one piece, a visible sole, laces and a stripe or two. */
export function drawSneaker(canvas: Canvas, rng: Rng): void {
  stand(canvas, rng, 20);
  weave(canvas, rng, SNEAKER, 0.9);
  const toe = -12.8, heel = 12.6;
  const high = rng.chance(0.2) ? rng.between(10, 14.5) : rng.between(7, 10.5);
  const instep = rng.between(0.2, 2.6), toeHigh = rng.between(1.6, 3.6);
  const collar = rng.between(3.4, 6.4);
  const tongueX = heel - 4 - collar, tongueY = -high - rng.between(-0.6, 1.6);
  canvas.move(toe, 0);
  canvas.curve(toe - 0.2, -toeHigh, toe + 3.4, -toeHigh - 0.3);
  canvas.curve(toe + 7, -toeHigh - instep * 0.6, tongueX - 1, tongueY);
  canvas.line(tongueX + 1.2, tongueY + 0.2);
  canvas.curve(tongueX + collar * 0.6, -high + rng.between(0.8, 2.6), heel - 0.8, -high);
  canvas.curve(heel + 0.6, -high * 0.5, heel, 0.4);
  canvas.line(toe, 0.4);
  canvas.cloth(1);
  // Stitched panels: toe cap, heel counter.
  if (rng.chance(0.55)) {
    canvas.arc(toe + 4.5, 0, toe + 5.6, -toeHigh * 0.6, toe + rng.between(3.5, 6.5), -toeHigh - 0.3, 0.7);
    canvas.shade(rng.between(0.5, 0.95));
  }
  if (rng.chance(0.5)) {
    canvas.move(heel - rng.between(2, 4.5), 0.2);
    canvas.line(heel - 1.8, -high * 0.9);
    canvas.line(heel, -high * 0.9);
    canvas.line(heel + 0.2, 0.2);
    canvas.line(heel - 3, 0.2);
    canvas.shade(rng.between(0.45, 1.25));
  }
  const laces = rng.below(5);
  for (let i = 0; i < laces; i++) {
    const t = 0.3 + 0.6 * (i + 0.5) / laces;
    const x = toe + 4 + (tongueX - toe - 4) * t, y = (-toeHigh - 0.5) * (1 - t) + tongueY * t;
    canvas.stroke(x - 0.4, y + 0.1, x + 1.8, y + 1.6, 0.6);
  }
  canvas.tint(rng.sign() * rng.between(0.1, 0.5));
  const bands = rng.chance(0.5) ? 1 + rng.below(3) : 0;
  for (let i = 0; i < bands; i++) {
    const x = rng.between(-3, 0) + i * 2.2;
    canvas.stroke(x, -0.3, x + rng.between(0.5, 3), -high * 0.72, rng.between(0.6, 1.2));
  }
  canvas.tint(rng.sign() * rng.between(0.1, 0.5));
  const thick = rng.between(1.4, 3.2);
  drawSole(canvas, toe - 0.2, heel + 0.3, rng.between(0, 0.6), thick * rng.between(0.6, 1), thick);
  if (rng.chance(0.7)) canvas.flat(rng.chance(0.6) ? rng.between(0.6, 1) : rng.between(0.12, 0.5));
  else canvas.cloth(rng.between(0.5, 1));
  canvas.stroke(toe + 0.5, 0.1, heel, -0.2, 0.6);
  canvas.shade(rng.between(0.4, 0.95));
}

/** Draws an ankle boot: a shaft above the ankle, on a flat, a block or a thin heel. */
export function drawBoot(canvas: Canvas, rng: Rng): void {
  const lift = rng.chance(0.5) ? rng.between(0, 1.6) : rng.between(1.6, 8);
  stand(canvas, rng, 24.5 - lift * 0.1);
  weave(canvas, rng, BOOT, 0.9);
  const toe = -12.6, heel = rng.between(9.5, 12.6);
  const shaft = rng.chance(0.16) ? rng.between(10.5, 15) : rng.between(15, 23);
  const width = rng.between(11, 16.5) - lift * 0.25;
  const lean = rng.between(-1, 1.2), toeHigh = rng.between(3.2, 6.4);
  const back = heel + lean, front = back - width;
  const ankle = -lift * 0.5 - rng.between(8.5, 12);
  canvas.move(toe, 0);
  canvas.curve(toe - 0.2, -toeHigh, toe + 3.4, -toeHigh - 0.2);
  canvas.curve(toe + 7.5, -toeHigh - 1 - lift * 0.3, heel - width + 0.4, ankle);
  canvas.line(front, -shaft);
  canvas.curve((front + back) / 2, -shaft + rng.between(-0.6, 2), back, -shaft - rng.between(-0.5, 0.8));
  canvas.curve(heel - 1.2, ankle, heel + 0.2, -lift - 2.2);
  canvas.line(heel, -lift + 0.2);
  canvas.curve(heel - 9, -lift * 0.9 + 0.2, toe + 9, 0.2);
  canvas.line(toe, 0);
  canvas.cloth(1);
  if (rng.chance(0.4)) {
    // The elastic panel or the zip at the ankle.
    const x = (front + back) / 2 + rng.between(-1, 1.5), w = rng.between(0.5, 2.6);
    canvas.stroke(x, -shaft + 1, x + rng.between(-0.5, 0.8), ankle + 2.5, w);
    canvas.shade(rng.between(0.4, 1.3));
  } else if (rng.chance(0.6)) {
    const rows = 3 + rng.below(3);
    for (let i = 0; i < rows; i++) {
      const y = ankle + 1 + (-shaft - ankle) * (i + 0.3) / rows;
      canvas.stroke(front + 0.2, y, front + rng.between(2, 3.4), y + 0.7, 0.6);
    }
    canvas.tint(rng.sign() * rng.between(0.15, 0.5));
  }
  if (rng.chance(0.35)) {
    canvas.stroke(front, -shaft + 0.8, back, -shaft + 0.8, rng.between(1, 2.2));
    canvas.shade(rng.between(0.5, 1.25));
  }
  if (rng.chance(0.3)) {
    canvas.arc(toe + 5, 0, toe + 6, -toeHigh * 0.7, toe + 4.6, -toeHigh - 0.4, 0.7);
    canvas.shade(rng.between(0.5, 0.95));
  }
  const tone = rng.chance(0.6) ? rng.between(0.12, 0.5) : rng.between(0.5, 1);
  const thick = rng.between(0.7, 2.2);
  drawSole(canvas, toe - 0.1, heel + 0.2, lift, thick, thick);
  if (lift > 1.4) {
    const wide = rng.between(1, 4.4);
    canvas.move(heel + 0.2, -lift);
    canvas.line(heel - rng.between(0, 0.8), 1);
    canvas.line(heel - wide, 1);
    canvas.line(heel - wide - rng.between(0.2, 1.6), -lift);
    canvas.line(heel + 0.2, -lift);
  }
  if (rng.chance(0.65)) canvas.flat(tone);
  else canvas.cloth(rng.between(0.5, 1));
}

/** Draws a sandal: a sole, flat, wedged or on a heel, and a few straps with air between them. */
export function drawSandal(canvas: Canvas, rng: Rng): void {
  const style = rng.choose([45, 25, 30]);
  const lift = style === 0 ? rng.between(0, 1.2) : rng.between(2.5, style === 1 ? 7 : 11);
  stand(canvas, rng, style === 0 ? 19 : 21 + lift * 0.15);
  weave(canvas, rng, SANDAL, 0.9);
  const toe = -12.8, heel = 12;
  const thin = rng.between(1.6, 4.2);
  // Straps over the toes and the instep.
  const straps = 1 + rng.below(4);
  const solid = rng.chance(0.3) ? rng.between(1.5, 4) : 1;
  for (let i = 0; i < straps; i++) {
    const t = (i + rng.between(0.3, 0.7)) / straps;
    const x = toe + 2.5 + t * 12, y = -lift * t * t * 0.8;
    const rise = rng.between(2.2, 4.2) + 2.4 * t;
    canvas.arc(
      x - 2.4,
      y,
      x - 0.6,
      y - rise * 1.5,
      x + rng.between(1.6, 4),
      y - rng.between(0, 1.2),
      rng.between(1.1, 3) * solid,
    );
  }
  canvas.cloth(rng.between(0.8, 1));
  // A strap at the heel or around the ankle.
  if (rng.chance(0.72)) {
    const up = rng.between(4, style === 2 ? 10 : 7.5);
    const x = heel - rng.between(0.6, 1.6);
    canvas.arc(heel - 0.3, -lift, heel + 0.4, -lift - up * 0.6, x, -lift - up, rng.between(0.9, 2.2) * solid);
    if (rng.chance(0.75)) {
      canvas.arc(
        x,
        -lift - up,
        x - 4,
        -lift - up - rng.between(-0.8, 1.6),
        x - rng.between(6, 8.5),
        -lift * 0.7 - up * rng.between(0.4, 0.8),
        rng.between(0.9, 2) * solid,
      );
    }
    if (rng.chance(0.4)) {
      canvas.stroke(x - 6, -lift * 0.6 - up * 0.6, toe + rng.between(5, 9), -1, rng.between(0.9, 2) * solid);
    }
    canvas.cloth(rng.between(0.75, 1));
  }
  drawSole(canvas, toe, heel, lift, thin, thin);
  if (style === 1) {
    canvas.move(heel, -lift);
    canvas.line(heel - 0.6, thin);
    canvas.line(toe + 7, thin);
    canvas.curve(heel - 8, -lift * 0.8, heel, -lift);
  } else if (style === 2) {
    const wide = rng.between(0.9, 3);
    canvas.move(heel, -lift);
    canvas.line(heel - rng.between(-0.6, 1), thin);
    canvas.line(heel - wide, thin);
    canvas.line(heel - wide - 1, -lift);
    canvas.line(heel, -lift);
  }
  if (rng.chance(0.5)) canvas.cloth(rng.between(0.5, 1));
  else canvas.flat(rng.between(0.15, 0.95));
}
