// Whether two files have the same lines but for the first, whose numbers, in JSON, are within 1e-4 of one another.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const [[losses, ...shown], [others, ...shownToo]] = process.argv.slice(2).map((name) =>
  readFileSync(name, "utf8").split("\n")
);
const [a, b] = [JSON.parse(losses), JSON.parse(others)];
assert.equal(a.length, b.length);
a.forEach((loss, i) => assert.ok(Math.abs(loss - b[i]) <= 1e-4, `loss ${i} is ${loss} and ${b[i]}`));
assert.deepEqual(shown, shownToo);
