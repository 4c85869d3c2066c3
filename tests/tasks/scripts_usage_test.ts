/** Tasks that are no more than scripts read their command lines as all others do: a misspelt `--check` would write what it should compare. */
import assert from "node:assert/strict";
import { run } from "./command.ts";

const CASES: readonly [args: readonly string[], message: string][] = [
  [["kernels", "--chek"], "kernels: Unknown option --chek: allowed are --check"],
  [["live-page", "--check=x"], 'live-page: --check takes no value, found "x"'],
  [["bundle", "--minify"], "bundle: Unknown option --minify: there are none"],
  [["bundle", "a.js", "b.js"], "bundle: Unknown argument b.js: there is 1 at most"],
  [["npm", "--out"], "npm: Unknown option --out: there are none"],
  [["try", "--port", "http"], 'try: --port must be a whole number from 0 to 65535, found "http"'],
  [["try", "--port", "8000"], "try: --port goes with --serve"],
  [["contact-sheet", "--seed", "-1"], 'contact-sheet: --seed must be a whole number of 0 or more, found "-1"'],
];

for (const [args, message] of CASES) {
  Deno.test(`deno task ${args.join(" ")}: a usage error in one line, and exit code 2`, async () => {
    const { code, stdout, stderr } = await run(["task", "-q", ...args]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr.trim().split("\n").at(-1), message);
    assert.ok(!/^ +at /m.test(stderr), "no stack");
  });
}
