import assert from "node:assert/strict";
import { device } from "../../lib/device/device.ts";
import {
  CHECKED_FLAGS,
  FAST_FLAGS,
  flagsInWords,
  isUnchecked,
  joinFlags,
  joinsVectors,
} from "../../lib/device/v8_flags.ts";

Deno.test("isUnchecked(): the last flag about WebAssembly's bounds counts, however it is spelt", () => {
  for (
    const flags of [
      FAST_FLAGS,
      "--no-wasm-bounds-checks",
      "--no_wasm_bounds_checks",
      "--nowasm-bounds-checks",
      ` --max-old-space-size=4096 , ${FAST_FLAGS}`,
      `${CHECKED_FLAGS},${FAST_FLAGS}`,
    ]
  ) assert.equal(isUnchecked(flags), true, flags);
  for (
    const flags of [
      "",
      CHECKED_FLAGS,
      "--experimental-wasm-revectorize",
      `${FAST_FLAGS},${CHECKED_FLAGS}`,
      `${FAST_FLAGS},--wasm_bounds_checks`,
      "--no-wasm-bounds-checks-of-another-kind",
    ]
  ) assert.equal(isUnchecked(flags), false, flags);
});

Deno.test("joinsVectors(): both flags, the last of each, on x86-64", () => {
  assert.equal(joinsVectors(FAST_FLAGS, "x86_64"), true);
  assert.equal(joinsVectors(`--noexperimental_wasm_revectorize,${FAST_FLAGS}`, "x86_64"), true);
  assert.equal(joinsVectors(FAST_FLAGS, "aarch64"), false);
  for (
    const flags of [
      "",
      "--no-wasm-bounds-checks",
      "--experimental-wasm-revectorize",
      `${FAST_FLAGS},${CHECKED_FLAGS}`,
      `${FAST_FLAGS},--no-experimental-wasm-revectorize`,
    ]
  ) assert.equal(joinsVectors(flags, "x86_64"), false, flags);
});

Deno.test("joinFlags(): in order, and without the empty flags that V8 refuses", () => {
  assert.equal(joinFlags("--a,--b", undefined, "", ",--c", "--d,"), "--a,--b,--c,--d");
  assert.equal(joinFlags(undefined, ""), "");
});

Deno.test("the cpu device's description says how V8's flags stand", async () => {
  assert.equal(flagsInWords(FAST_FLAGS), "unchecked memory");
  assert.equal(flagsInWords(`${FAST_FLAGS},${CHECKED_FLAGS}`), undefined);
  assert.equal(flagsInWords(CHECKED_FLAGS), undefined);
  for (const flags of ["", "--max-old-space-size=4096"]) {
    assert.equal(
      flagsInWords(flags),
      "faster with DENO_V8_FLAGS=--no-wasm-bounds-checks,--experimental-wasm-revectorize",
    );
  }
  assert.equal(
    flagsInWords("", false),
    "faster with DENO_V8_FLAGS=--no-wasm-bounds-checks,--experimental-wasm-revectorize and --allow-env=DENO_V8_FLAGS",
  );
  const cpu = device("cpu", { threads: 1 });
  await cpu.ready;
  const words = flagsInWords();
  assert.equal(cpu.description, `cpu (WebAssembly SIMD, 1 thread${words ? `, ${words}` : ""})`);
});
