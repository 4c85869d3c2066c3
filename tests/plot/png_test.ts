import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { encodePng, pngUrl } from "../../lib/plot/png.ts";

Deno.test("encodePng(): another program's decoder agrees, with palette, transparency, grey and colours", async () => {
  const grey = encodePng({ width: 3, height: 2, data: Uint8Array.of(0, 50, 100, 150, 200, 250) });
  const { decode } = await import("npm:fast-png@^8.0.0");
  assert.deepEqual([...decode(grey).data], [0, 50, 100, 150, 200, 250]);
  const color = encodePng({ width: 1, height: 2, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  assert.deepEqual([...decode(color).data], [1, 2, 3, 4, 5, 6]);
  const { palette } = decode(
    encodePng({ width: 2, height: 1, data: Uint8Array.of(1, 0), palette: ["#010203", "#fffefd"], transparent: 1 }),
  );
  assert.deepEqual(palette, [[1, 2, 3, 255], [255, 254, 253, 0]]);
  assert.throws(() => encodePng({ width: 2, height: 2, data: new Uint8Array(3) }), /found 3 bytes/);
  assert.match(pngUrl({ width: 1, height: 1, data: Uint8Array.of(7) }), /^data:image\/png;base64,iVBORw0KGgo/);
});
