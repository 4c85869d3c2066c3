/**
 * Trousers and bags.
 *
 * @module
 */

import type { Canvas } from "./canvas.ts";
import { print, weave } from "./fabric.ts";
import type { Rng } from "./rng.ts";
import { settle } from "./tops.ts";

// Weights of plain, stripes, lines, check, speckle, flowers, blocks, dots.
const TROUSER = [70, 1, 5, 4, 12, 5, 1, 2];
const BAG = [58, 4, 4, 6, 10, 9, 6, 3];

/** Draws trousers: a waistband and two legs, straight, tight or flared, close together or apart. */
export function drawTrouser(canvas: Canvas, rng: Rng): void {
  settle(canvas, rng, rng.between(0.96, 1.16), 1.02);
  weave(canvas, rng, TROUSER, 0.9);
  const top = -14 + rng.between(0.2, 1.2);
  const hem = rng.chance(0.12) ? rng.between(4, 11) : rng.around(11.5, 14);
  const waist = rng.around(3.6, 5.8), hip = waist + rng.between(0.2, 1.6), crotch = top + rng.between(6.5, 10);
  const stand = rng.between(0.3, 2.6), width = rng.between(2.6, 4.8);
  const kneeAt = (crotch + hem) / 2, knee = rng.between(0.1, 1.2);
  const outer = Math.max(stand + width, hip - 1.2);
  canvas.mirror(true);
  canvas.move(0, top);
  canvas.line(waist, top);
  canvas.curve(hip, (top + crotch) / 2 - 1, hip, crotch);
  canvas.line((hip + outer) / 2 - knee * 0.4, kneeAt);
  canvas.line(outer, hem);
  canvas.line(stand, hem + rng.between(-0.3, 0.3));
  canvas.line(knee + stand * 0.3, kneeAt);
  canvas.line(0.1, crotch);
  canvas.line(0, crotch);
  canvas.cloth(1);
  if (rng.chance(0.6)) {
    // Creases or side seams.
    canvas.stroke(hip * 0.55, crotch - 1, (stand + outer) / 2, hem, 0.6);
    canvas.shade(rng.between(0.65, 1.2));
  }
  if (rng.chance(0.35)) {
    canvas.stroke(waist * 0.95, top + 2, waist * 0.45, top + 3.2, 0.6);
    canvas.shade(rng.between(0.5, 0.95));
  }
  canvas.mirror(false);
  if (rng.chance(0.6)) {
    canvas.stroke(-waist, top + 0.7, waist, top + 0.7, rng.between(0.8, 1.6));
    canvas.shade(rng.between(0.5, 1.2));
  }
  canvas.stroke(0, top + 1, 0, crotch, 0.6);
  canvas.shade(rng.between(0.5, 1));
}

/** Draws a bag: a clutch, a tote, a satchel or a shoulder bag, with its handles or its strap. */
export function drawBag(canvas: Canvas, rng: Rng): void {
  canvas.place(
    14 + rng.around(-2.4, 2.4),
    rng.around(13, 19.5),
    rng.around(0.9, 1.1),
    rng.around(0.85, 1.12),
    rng.around(-0.08, 0.08),
    rng.around(-0.06, 0.06),
  );
  weave(canvas, rng, BAG, 1);
  const half = rng.between(9, 13.8),
    taper = rng.between(-2.6, 2),
    high = rng.around(5.5, 12),
    round = rng.between(0, 1);
  const carry = rng.choose([40, 22, 22, 16]);
  const reach = high + rng.between(2.5, 9), grip = half * rng.between(0.3, 0.75), thick = rng.between(0.7, 1.7);
  if (carry === 0) canvas.arc(-grip, -high + 0.4, 0, -2 * reach + high, grip, -high + 0.4, thick);
  else if (carry === 1) {
    canvas.stroke(-grip, -high + 0.5, -grip * 0.75, -reach, thick);
    canvas.stroke(-grip * 0.75, -reach, grip * 0.75, -reach, thick);
    canvas.stroke(grip * 0.75, -reach, grip, -high + 0.5, thick);
  } else if (carry === 2) {
    // A strap that hangs over the front or the sides.
    const side = half + rng.between(-0.5, 1), fall = rng.between(-high, high);
    canvas.arc(-half + taper * 0.3, -high + 1, -side - 2.4, fall, -side + 3, high * 0.7, thick);
    canvas.arc(half - taper * 0.3, -high + 1, side + 2.4, fall, side - 3, high * 0.7, thick);
  }
  canvas.cloth(rng.between(0.55, 1));
  canvas.mirror(true);
  const topHalf = half - Math.max(taper, 0), lowHalf = half + Math.min(taper, 0);
  canvas.move(0, -high - round * rng.between(-0.4, 1.6));
  canvas.curve(topHalf * 0.7, -high - 0.2, topHalf, -high + round * 2.6);
  canvas.line(lowHalf, high - round * 2);
  canvas.curve(lowHalf - 0.2, high, lowHalf - 0.6 - round * 2, high);
  canvas.line(0, high + round * 0.4);
  canvas.cloth(1);
  canvas.mirror(false);
  if (rng.chance(0.5)) {
    // The flap: straight, or pointed in the middle.
    const y = rng.between(-high * 0.4, high * 0.35), dip = rng.chance(0.5) ? rng.between(0.5, 3) : 0;
    canvas.stroke(-half + 0.6, y, 0, y + dip, 0.8);
    canvas.stroke(0, y + dip, half - 0.6, y, 0.8);
    canvas.shade(rng.between(0.4, 0.9));
    if (rng.chance(0.6)) {
      canvas.ellipse(0, y + dip, rng.between(0.7, 1.5), rng.between(0.6, 1.3));
      canvas.tint(rng.sign() * rng.between(0.2, 0.6));
    }
  }
  if (rng.chance(0.4)) {
    canvas.stroke(-half, -high + 1, half, -high + 1, rng.between(0.7, 1.6));
    canvas.shade(rng.between(0.5, 1.2));
  }
  if (rng.chance(0.3)) {
    const x = half * rng.between(0.4, 0.8);
    canvas.stroke(-x, -high, -x, high, rng.between(0.6, 1.4));
    canvas.stroke(x, -high, x, high, rng.between(0.6, 1.4));
    canvas.shade(rng.between(0.45, 1.2));
  }
  if (rng.chance(0.25)) print(canvas, rng, rng.around(-3, 3), rng.between(-1, 2), rng.between(0.1, 0.5));
}
