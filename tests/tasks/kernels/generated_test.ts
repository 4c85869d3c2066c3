import assert from "node:assert/strict";
import { KERNELS } from "../../../lib/device/cpu/kernels.ts";
import { CONTROL, STATIC_DATA } from "../../../lib/device/cpu/numbers.ts";
import { generatedSources } from "../../../tasks/kernels/sources.ts";
import { enumText } from "../../../tasks/kernels/numbers.ts";
import { sourcesOfKernels } from "./sources.ts";

Deno.test("generated sources are checked in as they are made", () => {
  const texts = sourcesOfKernels();
  for (const [name, text] of generatedSources()) assert.equal(texts.get(name), text, name);
});

Deno.test("every source that says it is generated is", () => {
  const marked = [...sourcesOfKernels()].filter(([, text]) => text.includes("do not edit")).map(([name]) => name);
  assert.deepEqual(marked, [...generatedSources().keys()].sort());
});

Deno.test("sources of kernels import one way", () => {
  const sources = sourcesOfKernels(), done = new Set<string>();
  const visit = (name: string, path: readonly string[]) => {
    assert.ok(!path.includes(name), [...path, name].join(" → "));
    if (done.has(name)) return;
    for (const [, file] of sources.get(name)!.matchAll(/ from "\.\/(\w+)"/g)) visit(`${file}.ts`, [...path, name]);
    done.add(name);
  };
  visit("index.ts", []);
  visit("plain.ts", []); // takes the place of relaxed.ts
  assert.deepEqual([...done].sort(), [...sources.keys()], "sources that nothing imports");
});

Deno.test("every kernel is a function of the file that the list names", () => {
  const sources = sourcesOfKernels();
  for (const [{ name }, file] of KERNELS) {
    assert.match(sources.get(`${file}.ts`) ?? "", new RegExp(`export function ${name}\\(`), `${name} in ${file}.ts`);
  }
});

Deno.test("enumText() gives each name its number", () => {
  assert.equal(enumText("Fruit", { apple: 0, pear: 3 }), "export const enum Fruit {\n  apple = 0,\n  pear = 3,\n}");
});

Deno.test("control words lie a pair of cache lines apart, before the static data", () => {
  const addresses = Object.values(CONTROL).sort((a, b) => a - b);
  for (const [i, address] of addresses.entries()) {
    assert.equal(address % 128, 0);
    assert.ok((addresses[i + 1] ?? STATIC_DATA) - address >= 128, String(address));
  }
});
