import assert from "node:assert/strict";
import { keystrokes } from "../../lib/learner/keystrokes.ts";

const allowed = Deno.permissions.querySync({ name: "run", command: Deno.execPath() }).state === "granted";
const root = new URL("../../", import.meta.url).href;

/** A fit whose callbacks are all synchronous and which would go on for hours; it tells when it runs and what became of it. */
const SCRIPT = `
import { Callback, Learner } from "${root}lib/learner/mod.ts";
import { DataLoader, TensorDataset } from "${root}lib/data/mod.ts";
import { functional as F, Linear } from "${root}lib/nn/mod.ts";
import { device, setDefaultDevice } from "${root}lib/device/device.ts";
import { randint, randn } from "${root}lib/tensor/create_random.ts";

setDefaultDevice(device("reference"));
const set = new TensorDataset(randn([64, 4]), randint(0, 3, [64]));
let batches = 0;
class Watch extends Callback {
  afterBatch() {
    if (++batches === 5) console.log("running");
  }
  async cleanupFit() {
    console.log("cleanup");
    if (Deno.args[0] === "stuck") await new Promise((resolve) => setTimeout(resolve, 1e9));
  }
}
const model = new Linear(4, 3);
const learn = new Learner(model, { train: new DataLoader(set, { batchSize: 8 }) }, F.crossEntropy, { cbs: [new Watch()] });
await learn.fit(1e9);
console.log("ended", learn.running, Number.isFinite(await model.weight.sum().item()));
await learn.fit(1);
console.log("usable");
`;

/** Runs the script, sends SIGINT when it says one of `cues`, and gives what it said. It has no permissions, and is asked for none. */
async function interrupted(
  cues: string[],
  args: string[] = [],
): Promise<{ said: string[]; complained: string; code: number }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "-", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const complaints = new Response(child.stderr).text();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(SCRIPT));
  await input.close();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (cues[0] && said.includes(cues[0])) {
      cues.shift();
      // Signals that come at once are one keystroke's; what was said shows that the one before has arrived.
      await new Promise((resolve) => setTimeout(resolve, 300));
      child.kill("SIGINT");
    }
  }
  return { said: said.trim().split("\n"), complained: await complaints, code: (await child.status).code };
}

Deno.test({
  name: "the first SIGINT ends a fit of synchronous callbacks: cleanups run, weights stay, the Learner is usable",
  ignore: !allowed || Deno.build.os === "windows",
  fn: async () => {
    const { said, complained, code } = await interrupted(["running"]);
    assert.equal(complained, "fit cancelled\n");
    assert.deepEqual(said, ["running", "cleanup", "ended false true", "cleanup", "usable"]);
    assert.equal(code, 0);
  },
});

Deno.test({
  name: "the second SIGINT ends the process",
  ignore: !allowed || Deno.build.os === "windows",
  fn: async () => {
    const { said, code } = await interrupted(["running", "cleanup"], ["stuck"]);
    assert.deepEqual(said, ["running", "cleanup"]);
    assert.equal(code, 130);
  },
});

Deno.test("keystrokes(): signals that come at once are one Ctrl-C", async () => {
  const count = keystrokes();
  assert.deepEqual([count(), count()], [1, 0]);
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.deepEqual([count(), count()], [2, 0]);
});
