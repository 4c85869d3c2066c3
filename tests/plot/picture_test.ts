import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { deadShareChart } from "../../lib/plot/dead.ts";
import { graph } from "./samples.ts";

Deno.test("Picture.save(): svg, png in light and dark, html, json; other names are refused", async () => {
  const folder = await Deno.makeTempDir({ prefix: "sonde-picture-" });
  try {
    const chart = deadShareChart({ title: "dead", shares: [0.1, 0.2] });
    for (const name of ["a.svg", "a.png", "a.html", "a.json"]) await chart.save(`${folder}/${name}`);
    await chart.save(`${folder}/dark.png`, { scheme: "dark", scale: 1 });
    await graph.save(`${folder}/graph.png`);
    const { decode } = await import("npm:fast-png@^8.0.0");
    const [light, dark] = [
      decode(await Deno.readFile(`${folder}/a.png`)),
      decode(await Deno.readFile(`${folder}/dark.png`)),
    ];
    assert.deepEqual([light.width, light.height, dark.width, dark.height], [840, 480, 420, 240]);
    assert.deepEqual([...light.data.slice(0, 3)], [255, 255, 255]);
    assert.deepEqual([...dark.data.slice(0, 3)], [0x1a, 0x20, 0x27]);
    assert.match(await Deno.readTextFile(`${folder}/a.html`), /^<!doctype html>[^]*<svg/);
    const json = JSON.parse(await Deno.readTextFile(`${folder}/a.json`));
    assert.match(json.$schema, /vega-lite/);
    assert.doesNotMatch(JSON.stringify(json), /var\(--/);
    await assert.rejects(chart.save(`${folder}/a.gif`), /must end in .svg, .png, .html or .json/);
    await assert.rejects(graph.save(`${folder}/a.json`), /must end in .svg, .png, .html$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
