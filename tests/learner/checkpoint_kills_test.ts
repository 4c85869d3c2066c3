/**
 * Processes that are killed while they save: the checkpoint is always one that can be read, and the fit that is gone on with, however often, ends
 * with the losses of one that nobody disturbed. SONDE_CHECKPOINT_KILLS says how many kills; a few unless told.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const KILLS = Number(Deno.env.get("SONDE_CHECKPOINT_KILLS") ?? 4);
const CHILD = fileURLToPath(new URL("checkpoint_child.ts", import.meta.url));

const start = (folder: string, epochs: number) =>
  new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-prompt",
      `--allow-read`,
      `--allow-write=${folder}`,
      "--allow-env",
      CHILD,
      folder,
      String(epochs),
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();

Deno.test(`a fit that is killed ${KILLS} times while it saves ends as if nobody had disturbed it`, async () => {
  const root = await Deno.makeTempDir(), quiet = `${root}/quiet`, folder = `${root}/killed`;
  try {
    // A fit of 16 batches an epoch, each with a checkpoint, that takes longer than all kills.
    const epochs = 6 + 3 * KILLS;
    let killed = 0, seed = 1;
    for (; killed < KILLS; killed++) {
      const child = start(folder, epochs), saving = Date.now();
      // Loaded and compiled, it saves some hundred times a second.
      while (
        !await Deno.stat(`${folder}/last.safetensors`).then((found) => found.mtime!.getTime() > saving, () => false)
      ) {
        const ended = await Promise.race([
          child.status,
          new Promise<undefined>((go) => setTimeout(() => go(undefined), 5)),
        ]);
        if (ended) assert.fail(`a child ended by itself: ${new TextDecoder().decode((await child.output()).stderr)}`);
      }
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      await new Promise((go) => setTimeout(go, seed % 60));
      child.kill("SIGKILL");
      await child.output();
    }
    const [last, all] = await Promise.all([start(folder, epochs).output(), start(quiet, epochs).output()]);
    assert.equal(last.code, 0, new TextDecoder().decode(last.stderr));
    assert.equal(all.code, 0, new TextDecoder().decode(all.stderr));
    assert.deepEqual(new TextDecoder().decode(last.stdout), new TextDecoder().decode(all.stdout));
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.deepEqual(left, ["last.safetensors"], "drafts of the killed are cleared away by the next");
    assert.equal(JSON.parse(new TextDecoder().decode(all.stdout)).length, 16 * epochs);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
