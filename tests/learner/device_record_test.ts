import assert from "node:assert/strict";
import { DeviceRecord } from "../../lib/learner/mod.ts";
import { tensor } from "../../lib/tensor/create.ts";
import { reference } from "../nn/helpers.ts";

Deno.test("DeviceRecord grows beyond one piece", async () => {
  const record = new DeviceRecord(reference);
  for (let i = 0; i < 1500; i++) record.push(tensor(i));
  assert.deepEqual(await record.read(), Array.from({ length: 1500 }, (_, i) => i));
});
