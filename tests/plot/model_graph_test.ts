import assert from "node:assert/strict";
import "../nn/helpers.ts"; // the reference device
import { graph } from "./samples.ts";
import { assertSnapshot } from "./snapshot.ts";

Deno.test("modelGraph(): boxes, arrows, side ways; names are escaped", async () => {
  assert.match(graph.dot, /"0.1" -> "pool"/);
  const svg = await graph.svg();
  assert.match(svg, /^<svg width="[\d.]+" height="[\d.]+"/);
  for (const text of ["Conv2d", "body.conv&lt;1&gt;", "584 parameters", "n × 8 × 14 × 14", "A small network"]) {
    assert.ok(svg.includes(text), text);
  }
  assert.doesNotMatch(svg, /#01020\d|pt"/);
  await assertSnapshot("graph", { nodes: graph.nodes, dot: graph.dot.split("\n") });
});
