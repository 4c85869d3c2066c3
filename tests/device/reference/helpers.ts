/** What the tests of the reference device share. */
import assert from "node:assert/strict";
import { NONE } from "../../../lib/device/attributes.ts";
import { createReferenceBackend } from "../../../lib/device/reference/backend.ts";
import { runSound } from "../conformance.ts";
import type { Case } from "../programs.ts";

/** What a step without attributes and numbers has. */
export const PLAIN = { attributes: NONE, numbers: {} };

/** Runs a program on a fresh reference device; resolves to the contents of its last bound buffer. */
export async function last({ program, inputs }: Case): Promise<number[]> {
  const contents = await runSound(createReferenceBackend(), program, inputs);
  return Array.from(contents.at(-1)!);
}

export function close(actual: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((x, i) => {
    const same = Object.is(x, expected[i]) || Math.abs(x - expected[i]!) <= tolerance;
    assert.ok(same, `element ${i} is ${x}, not ${expected[i]}`);
  });
}
