/** The device that SONDE_DEVICE chooses. */
import assert from "node:assert/strict";

async function chosen(name: string): Promise<{ code: number; said: string }> {
  const module = new URL("../../lib/device/device.ts", import.meta.url);
  const code = `const { defaultDevice } = await import("${module}"); console.log(defaultDevice().name);`;
  const { code: exit, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    env: { SONDE_DEVICE: name, NO_COLOR: "1" },
  }).output();
  return { code: exit, said: new TextDecoder().decode(exit ? stderr : stdout) };
}

Deno.test("SONDE_DEVICE names the default device; a wrong name is an error that says where it came from", async () => {
  assert.deepEqual(await chosen("reference"), { code: 0, said: "reference\n" });
  const { code, said } = await chosen("gpu");
  assert.equal(code, 1);
  assert.match(said, /Cannot use SONDE_DEVICE=gpu: the devices are auto, cpu, webgpu and reference/);
});
