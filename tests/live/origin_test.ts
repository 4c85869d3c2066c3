import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { originFacts } from "../../lib/live/origin.ts";

Deno.test("originFacts: the library's version is deno.json's, and the main module is told by its text", async () => {
  const { Sonde, Deno: deno, V8, code } = await originFacts();
  assert.deepEqual([Sonde, deno, V8], [config.version, Deno.version.deno, Deno.version.v8]);
  assert.ok(code!.startsWith(Deno.mainModule), code);
});
