/** Device memory given back. */
import assert from "node:assert/strict";
import { cleanMem, device, planStatistics, zeros } from "../../lib/tensor/mod.ts";
import { testDevices } from "../oracle/golden.ts";

for (const name of testDevices()) {
  Deno.test(`cleanMem() frees what no variable names, the arena and plans, and nothing else: ${name}`, async () => {
    const own = device(name);
    await cleanMem(own);
    const kept = zeros([1000], { device: own }).add(1).keep();
    assert.equal(await kept.sum().item(), 1000);
    const { after } = await cleanMem(own);
    for (let i = 0; i < 4; i++) {
      await zeros([50_000], { device: own }).add(i).exp().sum(0, { keepdim: true }).add(kept).array();
    }
    const named = [1, 2, 3, 4].map((i) => zeros([50_000], { device: own }).add(i));
    await Promise.all(named.map((t) => t.array()));
    named.length = 0; // only now may they be collected
    const report = await cleanMem(own);
    assert.ok(report.before >= 4 * 200_000, `${report.before} bytes before`);
    assert.ok(after >= 4000 && report.after === after, `${report.after} bytes after, ${after} before it all`);
    assert.equal(own.counters.arenaBytes, 0);
    assert.match(String(report), /^\w+: \d+\.\d\d MB before, 0\.\d\d MB after, \d+\.\d\d MB freed$/);

    const { compiled } = planStatistics(own);
    assert.equal(await kept.sum().item(), 1000); // compiled again, on a new arena
    assert.equal(planStatistics(own).compiled, compiled + 1);
  });
}
