import assert from "node:assert/strict";
import { STYLE } from "../../lib/live/page_style.ts";
import { hue, inScheme, shade } from "../../lib/plot/theme.ts";

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** Contrast ratio of two colours (WCAG 2.2). */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

Deno.test("contrast: as WCAG has it, from 1 to 21", () => {
  assert.equal(contrast("#ffffff", "#000000"), 21);
  assert.equal(contrast("#777777", "#777777"), 1);
  assert.equal(contrast("#777777", "#ffffff").toFixed(2), "4.48"); // the well-known grey that is just too light
});

for (const scheme of ["light", "dark"] as const) {
  const of = (color: string) => inScheme(color, scheme), ground = of(shade("ground"));

  Deno.test(`the live page in ${scheme}: texts have a contrast of at least 4.5, lines and edges of at least 3`, () => {
    for (const text of ["ink", "muted"] as const) {
      assert.ok(contrast(of(shade(text)), ground) >= 4.5, `${text}: ${contrast(of(shade(text)), ground)}`);
    }
    for (let i = 0; i < 8; i++) {
      assert.ok(contrast(of(hue(i)), ground) >= 3, `hue ${i}: ${contrast(of(hue(i)), ground)}`);
    }
  });
}

Deno.test("the live page's style: no other colours, and none made lighter", () => {
  assert.deepEqual(STYLE.match(/#[0-9a-f]{3,8}\b|rgb|hsl|color-mix/gi), null);
  const texts = [...STYLE.matchAll(/(?<![-\w])color:([^;}]+)/g)].map(([, color]) => color);
  assert.ok(texts.length >= 4);
  assert.ok(texts.every((color) => /^(inherit|var\(--sonde-(ink|muted)\))$/.test(color!)), texts.join());
  assert.deepEqual(STYLE.match(/opacity:(?!0[;}])[^;}]+/g), null);
});
