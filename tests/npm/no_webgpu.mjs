// Without the package `webgpu`, the device says that it is missing.
import assert from "node:assert/strict";
import { device } from "@sonde/sonde";

await assert.rejects(device("webgpu").ready, /npm install webgpu/);
await device("auto").ready;
assert.equal(device("auto").kind, "cpu");
