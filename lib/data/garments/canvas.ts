/**
 * A 28×28 drawing surface with exact anti-aliasing, fast enough to draw tens of thousands of images a second.
 *
 * Shapes are filled by accumulating, for each edge, the signed area it covers in each pixel, and then summing along
 * each row (the method of Raph Levien's font-rs). The cost is that of the outline's length, not of the shape's area, and
 * nothing is allocated. Overlapping parts of one shape must turn the same way; the helpers here see to that.
 *
 * @module
 */

/** Width and height of every image, in pixels. */
export const SIDE = 28;
/** Pixels in an image. */
export const PIXELS = SIDE * SIDE;
// Two spare cells a row take what edges spill over the right border.
const STRIDE = SIDE + 2;
const ROOM = 2048;
// The sines of a clock's twelve hours; three hours on, the cosines.
const CLOCK = [0, 0.5, 0.8660254, 1, 0.8660254, 0.5, 0, -0.5, -0.8660254, -1, -0.8660254, -0.5];

/** Paths, fills and paints on one reusable 28×28 surface. Coordinates are pixels, x to the right and y down. */
export class Canvas {
  /** What has been painted: 0 is background, 1 full ink; values may lie outside until the image is finished. */
  readonly ink: Float64Array = new Float64Array(PIXELS);
  /** The cloth that {@link Canvas.cloth} paints with, one value a pixel. */
  readonly fabric: Float64Array = new Float64Array(PIXELS);
  readonly #area = new Float64Array(STRIDE * SIDE + 2);
  // Edges wait here for the fill, four numbers each: one long loop is faster than a call for every edge.
  readonly #edges = new Float64Array(ROOM);
  #count = 0;
  #top = SIDE;
  #bottom = 0;
  #left = SIDE;
  #right = 0;
  // The placement: x' = ax·x + bx·y + cx, y' = ay·x + by·y + cy.
  #ax = 1;
  #bx = 0;
  #cx = 0;
  #ay = 0;
  #by = 1;
  #cy = 0;
  #mirrored = false;
  #x = 0;
  #y = 0;

  /** Wipes the surface and the placement. */
  clear(): void {
    this.ink.fill(0);
    this.place(0, 0, 1, 1, 0, 0);
    this.#mirrored = false;
  }

  /**
   * Sets how path coordinates map to pixels: scaled, slanted (x gains `slant`·y), turned by a small `turn` (radians, first
   * order only), then moved so that the origin lands on (x, y).
   */
  place(x: number, y: number, scaleX: number, scaleY: number, slant: number, turn: number): void {
    this.#ax = scaleX;
    this.#bx = (slant - turn) * scaleY;
    this.#cx = x;
    this.#ay = turn * scaleX;
    this.#by = scaleY;
    this.#cy = y;
  }

  /** Switches mirroring: while on, every edge is drawn a second time with x negated. */
  mirror(on: boolean): void {
    this.#mirrored = on;
  }

  /** Starts a contour at (x, y). */
  move(x: number, y: number): void {
    this.#x = x;
    this.#y = y;
  }

  /** Adds a straight edge to (x, y). */
  line(x: number, y: number): void {
    const x0 = this.#x, y0 = this.#y;
    const edges = this.#edges;
    let n = this.#count;
    if (n > ROOM - 8) {
      this.#trace();
      n = 0;
    }
    edges[n] = x0;
    edges[n + 1] = y0;
    edges[n + 2] = x;
    edges[n + 3] = y;
    n += 4;
    if (this.#mirrored) {
      // Turned about, so that both halves wind the same way.
      edges[n] = -x;
      edges[n + 1] = y;
      edges[n + 2] = -x0;
      edges[n + 3] = y0;
      n += 4;
    }
    this.#count = n;
    this.#x = x;
    this.#y = y;
  }

  /** Adds a quadratic curve to (x, y) that leaves towards (cx, cy). */
  curve(cx: number, cy: number, x: number, y: number): void {
    const x0 = this.#x, y0 = this.#y;
    for (let i = 1; i < 4; i++) {
      const t = i / 4, u = 1 - t;
      this.line(u * u * x0 + 2 * u * t * cx + t * t * x, u * u * y0 + 2 * u * t * cy + t * t * y);
    }
    this.line(x, y);
  }

  /** Adds an ellipse around (x, y), as a polygon of twelve corners. */
  ellipse(x: number, y: number, rx: number, ry: number): void {
    this.move(x + rx, y);
    for (let i = 1; i <= 12; i++) this.line(x + rx * CLOCK[(i + 3) % 12]!, y + ry * CLOCK[i % 12]!);
  }

  /** Adds a straight stroke of the given width. */
  stroke(x0: number, y0: number, x1: number, y1: number, width: number): void {
    const dx = x1 - x0, dy = y1 - y0;
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length < 1e-6) return;
    const nx = -dy / length * width * 0.5, ny = dx / length * width * 0.5;
    this.move(x0 + nx, y0 + ny);
    this.line(x1 + nx, y1 + ny);
    this.line(x1 - nx, y1 - ny);
    this.line(x0 - nx, y0 - ny);
    this.line(x0 + nx, y0 + ny);
  }

  /** Adds a curved stroke from (x0, y0), leaving towards (cx, cy), to (x1, y1). */
  arc(x0: number, y0: number, cx: number, cy: number, x1: number, y1: number, width: number): void {
    // A ribbon: along one side, and back along the other.
    const half = width * 0.5;
    let firstX = 0, firstY = 0;
    for (let k = 0; k < 12; k++) {
      const t = (k < 6 ? k : 11 - k) / 5, u = 1 - t, side = k < 6 ? half : -half;
      const dx = u * (cx - x0) + t * (x1 - cx), dy = u * (cy - y0) + t * (y1 - cy);
      const scale = side / (Math.sqrt(dx * dx + dy * dy) + 1e-9);
      const x = u * u * x0 + 2 * u * t * cx + t * t * x1 - dy * scale;
      const y = u * u * y0 + 2 * u * t * cy + t * t * y1 + dx * scale;
      if (k === 0) this.move(firstX = x, firstY = y);
      else this.line(x, y);
    }
    this.line(firstX, firstY);
  }

  /** Fills the contours with the cloth, its brightness times `gain`. */
  cloth(gain: number): void {
    this.#fill(0, gain);
  }

  /** Fills the contours with one brightness. */
  flat(value: number): void {
    this.#fill(1, value);
  }

  /** Multiplies what lies under the contours by `gain` (shadows below 1, lights above). */
  shade(gain: number): void {
    this.#fill(2, gain);
  }

  /** Adds `amount` to what lies under the contours, where there already is cloth. */
  tint(amount: number): void {
    this.#fill(3, amount);
  }

  // Sums each row's areas to how much of each pixel is covered, and paints by that. Leaves the areas zero for the next shape.
  #fill(paint: number, value: number): void {
    this.#trace();
    const { ink, fabric } = this;
    const area = this.#area;
    const left = this.#left, right = this.#right;
    for (let y = this.#top; y < this.#bottom; y++) {
      let sum = 0;
      const row = y * SIDE;
      let at = y * STRIDE + left;
      for (let p = row + left; p < row + right; p++, at++) {
        const step = area[at]!;
        if (step !== 0) {
          sum += step;
          area[at] = 0;
        }
        // Sums of rounded areas leave crumbs; they are not cover.
        if (sum < 1e-4 && sum > -1e-4) continue;
        let cover = sum < 0 ? -sum : sum;
        if (cover > 1) cover = 1;
        const old = ink[p]!;
        if (paint === 0) ink[p] = old + (fabric[p]! * value - old) * cover;
        else if (paint === 1) ink[p] = old + (value - old) * cover;
        else if (paint === 2) ink[p] = old * (1 + (value - 1) * cover);
        else if (old > 0.02) ink[p] = old + value * cover;
      }
      // What spilled over the right side of the shape's box, or of the frame.
      area[at] = 0;
      area[at + 1] = 0;
    }
    this.#top = SIDE;
    this.#bottom = 0;
    this.#left = SIDE;
    this.#right = 0;
  }

  /** Adds the waiting edges' areas to the pixels'. */
  #trace(): void {
    const edges = this.#edges, count = this.#count, area = this.#area;
    const ax = this.#ax, bx = this.#bx, cx = this.#cx, ay = this.#ay, by = this.#by, cy = this.#cy;
    let boxTop = this.#top, boxBottom = this.#bottom, boxLeft = this.#left, boxRight = this.#right;
    for (let e = 0; e < count; e += 4) {
      const ux = edges[e]!, uy = edges[e + 1]!, vx = edges[e + 2]!, vy = edges[e + 3]!;
      let x0 = ax * ux + bx * uy + cx;
      let y0 = ay * ux + by * uy + cy;
      let x1 = ax * vx + bx * vy + cx;
      let y1 = ay * vx + by * vy + cy;
      if (y0 === y1) continue;
      let turn = 1;
      if (y0 > y1) {
        turn = -1;
        let t = x0;
        x0 = x1;
        x1 = t;
        t = y0;
        y0 = y1;
        y1 = t;
      }
      if (y1 <= 0 || y0 >= SIDE) continue;
      const slope = (x1 - x0) / (y1 - y0);
      let x = x0;
      if (y0 < 0) {
        x -= y0 * slope;
        y0 = 0;
      }
      if (y1 > SIDE) y1 = SIDE;
      const first = y0 | 0, last = Math.ceil(y1);
      let low = x0 < x1 ? x0 : x1, high = x0 < x1 ? x1 : x0;
      low = low < 0 ? 0 : low > SIDE ? SIDE : low | 0;
      high = high < 0 ? 1 : high >= SIDE - 1 ? SIDE : (high | 0) + 1;
      if (low < boxLeft) boxLeft = low;
      if (high > boxRight) boxRight = high;
      if (first < boxTop) boxTop = first;
      if (last > boxBottom) boxBottom = last;
      for (let row = first; row < last; row++) {
        const base = row * STRIDE;
        const dy = (row + 1 < y1 ? row + 1 : y1) - (row > y0 ? row : y0);
        const next = x + slope * dy;
        const d = dy * turn;
        let a = x < next ? x : next, b = x < next ? next : x;
        x = next;
        // What is left of the frame covers whole rows, what is right of it nothing.
        if (a < 0) a = 0;
        else if (a > SIDE) a = SIDE;
        if (b < 0) b = 0;
        else if (b > SIDE) b = SIDE;
        const left = a | 0, right = Math.ceil(b);
        if (right <= left + 1) {
          const middle = 0.5 * (a + b) - left;
          area[base + left] = area[base + left]! + d * (1 - middle);
          area[base + left + 1] = area[base + left + 1]! + d * middle;
          continue;
        }
        const s = 1 / (b - a);
        const lead = 1 - (a - left);
        const a0 = 0.5 * s * lead * lead;
        const tail = b - right + 1;
        const am = 0.5 * s * tail * tail;
        area[base + left] = area[base + left]! + d * a0;
        if (right === left + 2) {
          area[base + left + 1] = area[base + left + 1]! + d * (1 - a0 - am);
        } else {
          const a1 = s * (1.5 - (a - left));
          area[base + left + 1] = area[base + left + 1]! + d * (a1 - a0);
          for (let i = left + 2; i < right - 1; i++) area[base + i] = area[base + i]! + d * s;
          const a2 = a1 + (right - left - 3) * s;
          area[base + right - 1] = area[base + right - 1]! + d * (1 - a2 - am);
        }
        area[base + right] = area[base + right]! + d * am;
      }
    }
    this.#count = 0;
    this.#top = boxTop;
    this.#bottom = boxBottom;
    this.#left = boxLeft;
    this.#right = boxRight;
  }
}
