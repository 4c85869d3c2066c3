/**
 * Sonde in a browser: conformance programs, goldens and trainings in Chromium, on Dawn, Tint and SwiftShader, which share nothing with Deno's
 * wgpu, naga and Mesa. What compilers say of any module fails the test, warnings too, and so does every error of validation.
 *
 * Nearly all of the time goes into machine code, which SwiftShader makes of each new text on one core: 10 ms for most, 0.5 to 1.5 s for each
 * tiled product in it. Therefore a page computes a part of what Deno does on WebGPU: fewer programs of the kinds with such texts, of which Tint
 * still compiles all (page/conformance.ts), and of goldens one case of each operation and three steps of each training (page/fewer.ts). Those are
 * PyTorch's six of five layers, with layers and by hand, at its batches of 64; they share nearly all of their texts. From the bundle, an epoch of three
 * batches trains a network of five layers and two of two.
 *
 * The programs run with subgroups and without, to the same bits; goldens and trainings run with them. Deno's software adapter has none.
 *
 * The cpu device is the same WebAssembly in both: a lesson's run is compared to the bit (lesson.ts).
 *
 * It needs Debian's `chromium`; `SONDE_TEST_CHROMIUM=1` insists on it.
 */
import assert from "node:assert/strict";
import * as sonde from "../../mod.ts";
import { findChromium, Page } from "./chromium.ts";
import { compareLesson } from "./lesson.ts";
import type { seen } from "./page/gpu.ts";
import type { PageResult } from "./page/main.ts";
import { NETWORKS, train } from "./page/trainings.ts";
import { makeScripts } from "./scripts.ts";
import { serve } from "./server.ts";
import { useTryPage } from "./try.ts";

const chromium = await findChromium();
const insist = Deno.env.get("SONDE_TEST_CHROMIUM") === "1";
const ignore = !chromium && !insist;
const note = ignore ? " (skipped: no Chromium; apt-get install chromium)" : "";

/** A page is given this long for each of its tests, in milliseconds. */
const PATIENCE = 600_000;

async function gzipped(text: string): Promise<number> {
  return (await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes()).length;
}

Deno.test({
  name: `Chromium computes and trains as Deno does${note}`,
  ignore,
  fn: async (t) => {
    assert.ok(chromium, "SONDE_TEST_CHROMIUM is 1 and there is no /usr/bin/chromium: apt-get install chromium");
    const scripts = await makeScripts();

    await t.step("the bundle is smaller than 500 kB when gzipped", async () => {
      const size = await gzipped(scripts["/sonde.js"]!);
      assert.ok(size < 500_000, `${size} bytes`);
    });

    await using served = serve(scripts);

    // Two browsers at once, as each compiles on one core; steps run at once only without sanitizers.
    const step = (name: string, fn: () => Promise<void>) =>
      t.step({ name, fn, sanitizeOps: false, sanitizeResources: false, sanitizeExit: false });

    const computing = step("programs and goldens agree, and every WGSL module compiles without a message", async () => {
      await using page = await Page.open(chromium, `${served.address}?/tests.js`);
      const result = await page.call<PageResult>("run", PATIENCE);
      console.log(
        `  ${result.programs} programs, ${result.goldens} golden tests of which ${result.trainings} are trainings, ${result.modules} modules, ${result.withSubgroups} with subgroups`,
      );
      for (const [name, seconds] of Object.entries(result.seconds)) {
        if (seconds > 4) console.log(`  ${seconds.toFixed(1)} s ${name}`);
      }
      assert.deepEqual(result.failures.slice(0, 5), []);
      assert.equal(result.subgroup, 4); // SwiftShader's
      assert.equal(result.trainings, 6);
      assert.ok(result.withSubgroups >= 50, JSON.stringify(result));
      assert.ok(result.programs >= 200 && result.goldens >= 50 && result.modules >= 500, JSON.stringify(result));
    });

    const training = step("trainings from the bundle have the cpu's losses", async () => {
      await using page = await Page.open(chromium, `${served.address}?/trainings.js`);
      for (const network of NETWORKS) {
        const found = await page.call<number[]>(
          `async () => (await import("/trainings.js")).train(await import("/sonde.js"), ${
            JSON.stringify(network)
          }, "webgpu")`,
          PATIENCE,
        );
        const wanted = await train(sonde, network, "cpu");
        assert.equal(found.length, wanted.length);
        const apart = wanted.map((loss, i) => Math.abs(found[i]! / loss - 1));
        assert.ok(Math.max(...apart) < 1e-4, `${network}: ${found}\n${wanted}`);
      }
      const { modules, messages, errors } = await page.call<typeof seen>(
        'async () => (await import("/trainings.js")).watched()',
        PATIENCE,
      );
      console.log(`  ${NETWORKS.length} trainings from the bundle, ${modules} modules`);
      assert.deepEqual([...messages, ...errors, ...page.complaints], []);
      assert.ok(modules >= 60, `${modules} modules`);
    });

    await Promise.all([computing, training]);

    await t.step(
      "a lesson's run on the cpu has the losses of Deno's to the bit",
      () => compareLesson(chromium, scripts),
    );
    await t.step("docs/try trains, and shows what it did", () => useTryPage(chromium, scripts));
  },
});
