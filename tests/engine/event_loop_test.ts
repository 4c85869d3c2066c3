/** A fit whose callbacks are all synchronous leaves the event loop its turns. */
import assert from "node:assert/strict";

Deno.test("a fit of synchronous callbacks lets timers fire and finalisers run, and SIGINT ends it with a usable Learner", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", new URL("./long_fit.ts", import.meta.url).pathname],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let out = "";
  const decoder = new TextDecoder();
  let interrupted = false;
  for await (const chunk of child.stdout) {
    out += decoder.decode(chunk);
    if (out.includes("ready") && !interrupted) {
      interrupted = true;
      child.kill("SIGINT");
    }
  }
  const { code } = await child.status;
  const errors = await new Response(child.stderr).text();
  assert.equal(code, 0, errors);
  const seen = JSON.parse(out.trim().split("\n").at(-1)!);
  assert.ok(seen.ticks > 5, `timers fired ${seen.ticks} times`);
  assert.ok(seen.finalised > 1000, `${seen.finalised} finalisers ran`);
  assert.equal(seen.cleaned, true);
  assert.equal(seen.usable, true);
});
