/**
 * `deno task lesson --resume`: processes that are killed, and commands that a folder does not belong to. SONDE_LESSON_KILLS says how many kills; a
 * few unless told.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lessonPermissions } from "../../tasks/permissions.ts";
import { startArguments } from "../../tasks/start.ts";
import { interrupted, task } from "./command.ts";
import { inFolder } from "../in_folder.ts";

const KILLS = Number(Deno.env.get("SONDE_LESSON_KILLS") ?? 3);
const MAIN = new URL("../../tasks/lesson/main.ts", import.meta.url);

/** A9 goes on from A8, B2 begins with LSUV, C9c is NaN at once, C9a has a schedule. */
const ARGS = ["--runs", "A3,A9,B2,C9a,C9c", "--device", "cpu", "--limit", "1500", "--epochs", "2", "--json"];

/** Lines of JSON but for wall-clock time. */
const timeless = (lines: readonly string[]) => lines.map((line) => ({ ...JSON.parse(line), seconds: 0 }));

/** The newest change of a file below a folder. */
function newest(folder: string): number {
  let latest = 0;
  const entries = (at: string) => {
    try {
      return [...Deno.readDirSync(at)];
    } catch {
      return [];
    }
  };
  for (const { name } of entries(folder)) {
    for (const file of entries(join(folder, name))) {
      try {
        latest = Math.max(latest, Deno.statSync(join(folder, name, file.name)).mtime!.getTime());
      } catch { // a draft that was renamed
      }
    }
  }
  return latest;
}

Deno.test(`lesson --resume: killed ${KILLS} times, it ends with the figures of a command that nobody disturbed`, () =>
  inFolder(async (folder) => {
    const kept = join(folder, "kept"), args = [...ARGS, "--resume", kept, "--every", "0.000001"];
    // The second process alone, as the first starts it: nothing of it lives on when it is killed.
    const started = startArguments(MAIN, await lessonPermissions([kept], []), args);
    let chance = 1;
    for (let killed = 0; killed < KILLS; killed++) {
      const since = Date.now();
      const child = new Deno.Command(Deno.execPath(), {
        args: started,
        stdin: "piped",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      let ended = false;
      child.status.then(() => ended = true);
      while (newest(kept) <= since && !ended) await new Promise((go) => setTimeout(go, 5));
      chance = (Math.imul(chance, 1103515245) + 12345) >>> 0;
      await new Promise((go) => setTimeout(go, (chance >>> 8) % 1000));
      if (ended) break; // all that was to be done is done
      child.kill("SIGKILL");
      child.stdin.abort().catch(() => {});
      await child.stderr.cancel();
      await child.status;
    }
    const [resumed, whole] = [await task("lesson", args), await task("lesson", ARGS)];
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.equal(whole.code, 0, whole.stderr);
    assert.equal(whole.lines.length, 5 * 4);
    assert.deepEqual(timeless(resumed.lines), timeless(whole.lines));
    assert.deepEqual(
      [...Deno.readDirSync(kept)].map(({ name }) => name).sort(),
      ["A3-seed-1", "A8-seed-1", "A9-seed-1", "B2-seed-1", "C9a-seed-1", "C9c-seed-1", "lesson.json"],
    );
    for (const id of ["A3", "A8", "A9"]) {
      const left = [...Deno.readDirSync(join(kept, `${id}-seed-1`))].map(({ name }) => name).sort();
      assert.deepEqual(left, ["result.json", "trained.safetensors"]);
    }
    // Asked again it trains nothing, and says the same, times too.
    assert.deepEqual((await task("lesson", args)).lines, resumed.lines);
  }));

Deno.test({
  name: "lesson --resume: after Ctrl-C the same command goes on, and its report is that of both",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const kept = join(folder, "kept"), out = join(folder, "out");
      const args = ["--runs", "A4", "--device", "cpu", "--limit", "2048", "--epochs", "4"];
      const keeping = ["--resume", kept, "--every", "0.000001", "--out", out];
      const { code, stderr } = await interrupted(["task", "--quiet", "lesson", ...args, ...keeping], / eval\n/);
      assert.equal(code, 130, stderr);
      assert.match(stderr, /^lesson: interrupted; .*; the same command goes on from .*kept$/m);
      assert.ok(!await Deno.stat(join(kept, "A4-seed-1", "result.json")).then(() => true, () => false));
      const resumed = await task("lesson", [...args, "--resume", kept, "--out", out]);
      const whole = await task("lesson", [...args, "--out", join(folder, "whole")]);
      assert.equal(resumed.code, 0, resumed.stderr);
      const figures = (stdout: string) =>
        stdout.split("\n").filter((line) => /^ +[\d.]+ +[\d.]+ +\d+ +(train|eval)$/.test(line));
      assert.equal(figures(whole.stdout).length, 8);
      assert.deepEqual(figures(resumed.stdout), figures(whole.stdout));
      // Loss, histograms, dead share, statistics: drawn from all of the training.
      const drawn = async (path: string) =>
        [...(await Deno.readTextFile(join(path, "index.html"))).matchAll(/<path[^>]* d="([^"]+)"/g)].map(([, d]) => d);
      assert.deepEqual(await drawn(out), await drawn(join(folder, "whole")));
    }),
});

Deno.test("lesson --resume: a folder belongs to one command, and another is refused with what differs", () =>
  inFolder(async (folder) => {
    const kept = join(folder, "kept");
    const base = {
      "--runs": "A4",
      "--device": "cpu",
      "--limit": "64",
      "--epochs": "1",
      "--seed": "1",
      "--dataset": "garments",
    };
    const command = (changed: Record<string, string> = {}) =>
      task("lesson", [...Object.entries({ ...base, ...changed }).flat(), "--json", "--resume", kept]);
    const first = await command();
    assert.equal(first.code, 0, first.stderr);
    for (
      const [changed, what] of [
        [{ "--seed": "2" }, "seeds 1 there, 2 here"],
        [{ "--seeds": "2" }, "seeds 1 there, 1, 2 here"],
        [{ "--runs": "A2" }, "runs A4 there, A2 here; set-ups others there, others here"],
        [{ "--limit": "65" }, "limit 64 there, 65 here"],
        [{ "--epochs": "2" }, "epochs 1 there, 2 here"],
        [{ "--dataset": "published" }, "dataset garments there, published here"],
      ] as const
    ) {
      const { code, stdout, stderr } = await command(changed);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.equal(
        stderr.trimEnd(),
        `lesson: Cannot resume from ${kept}: it belongs to another command (${what}). Give the same options, or another folder`,
      );
    }
    // Threads change no figure, nor does what is printed.
    const again = await command({ "--threads": "2" });
    assert.deepEqual([again.code, again.lines.length], [0, 2], again.stderr);
    await Deno.writeTextFile(join(kept, "lesson.json"), "{");
    const damaged = await command();
    assert.match(
      damaged.stderr,
      /^lesson: Cannot resume: .*lesson\.json, which says what the folder belongs to, is damaged/,
    );
    assert.equal(damaged.code, 1);
  }));
