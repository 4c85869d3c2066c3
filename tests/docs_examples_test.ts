/** The projects of docs/examples/ as they are run, in small. What they reach in full stands in docs/examples/README.md. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { encode } from "npm:fast-png@8";
import { garments } from "../lib/data/garments/garments.ts";
import { ROOT, run } from "./tasks/command.ts";

const EXAMPLES = join(ROOT, "docs", "examples");

/** Runs an example in a folder of its own, and gives what it printed and which files it wrote. */
async function example(
  name: string,
  args: readonly string[] = [],
  fill: (folder: string) => Promise<void> = async () => {},
): Promise<{ stdout: string; files: string[] }> {
  const folder = await Deno.makeTempDir({ prefix: "sonde-example-" });
  try {
    await fill(folder);
    const { code, stdout, stderr } = await run(
      [
        ...["run", "--quiet", "--no-check", "--no-prompt", "--frozen", `--lock=${join(ROOT, "deno.lock")}`],
        ...[
          "--allow-read",
          "--allow-env",
          "--allow-write=out",
          "--allow-net=127.0.0.1",
          join(EXAMPLES, `${name}.ts`),
          ...args,
        ],
      ],
      { cwd: folder, env: { SONDE_DEVICE: "cpu", SONDE_DATA: "" } },
    );
    assert.equal(code, 0, stderr);
    const files: string[] = [];
    try {
      for (const { name: file } of Deno.readDirSync(join(folder, "out", name))) files.push(file);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return { stdout, files: files.sort() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const number = (text: string, pattern: RegExp) =>
  Number(pattern.exec(text)?.[1] ?? assert.fail(`${pattern} is not in ${text}`));

Deno.test("docs/examples: each under 60 lines, and each run here", async () => {
  const own = await Deno.readTextFile(join(ROOT, "tests", "docs_examples_test.ts"));
  const scripts = [...Deno.readDirSync(EXAMPLES)].map(({ name }) => name).filter((name) => name.endsWith(".ts"));
  assert.ok(scripts.length >= 5, scripts.join());
  const listed = await Deno.readTextFile(join(EXAMPLES, "README.md"));
  for (const script of scripts) {
    const lines = (await Deno.readTextFile(join(EXAMPLES, script))).trimEnd().split("\n").length;
    assert.ok(lines < 60, `${script} has ${lines} lines`);
    assert.ok(own.includes(`example("${script.replace(/\.ts$/, "")}"`), `${script} is not run`);
    assert.ok(listed.includes(`(${script})`), `${script} is not in docs/examples/README.md`);
  }
});

Deno.test("docs/examples: a table in five folds", async () => {
  const { stdout } = await example("k_fold");
  assert.ok(number(stdout, /accuracy (\S+) ±/) > 0.9, stdout);
});

Deno.test("docs/examples: own pictures", async () => {
  const source = garments({ seed: 1, trainCount: 160, testCount: 1 }), { classes } = source;
  const images = new Uint8Array(160 * 784), labels = new Uint8Array(160);
  source.draw("train", 0, 160, images, labels);
  const { stdout, files } = await example("own_images", ["pictures", "2"], async (folder) => {
    for (let i = 0; i < labels.length; i++) {
      if (labels[i]! > 1) continue;
      const path = join(folder, "pictures", classes[labels[i]!]!.replace("/", "-"));
      await Deno.mkdir(path, { recursive: true });
      const data = images.slice(784 * i, 784 * (i + 1));
      await Deno.writeFile(join(path, `${i}.png`), encode({ width: 28, height: 28, data, channels: 1 }));
    }
  });
  assert.match(stdout, /pictures of T-shirt-top, Trouser/);
  assert.match(stdout, /accuracy with mirrored views: /);
  assert.deepEqual(files, ["confusion.svg", "worst.svg"]);
});

Deno.test("docs/examples: a residual network", async () => {
  const { stdout } = await example("resnet", ["--small"]);
  assert.ok(number(stdout, /mirrored too: (\S+)/) > 0.1, stdout);
});

Deno.test("docs/examples: feature maps and saliency", async () => {
  const { stdout, files } = await example("saliency", ["--small"]);
  assert.match(stdout, /saliency of a pixel: 0\.\d*[1-9]\d* on the garment, 0\.\d*[1-9]\d* beside it/);
  assert.deepEqual(files, ["images.svg", "maps1.svg", "maps2.svg", "saliency.svg"]);
});

Deno.test("docs/examples: two networks against each other", async () => {
  const { stdout, files } = await example("gan", ["--small"]);
  assert.ok(Math.abs(number(stdout, /judging (\S+),/) - Math.log(2)) < 0.7, stdout);
  assert.deepEqual(files, ["drawn.svg"]);
});

Deno.test("docs/examples: a served model", async () => {
  const { stdout, files } = await example("serve", ["--small"]);
  assert.match(stdout, /^\{"class":"[^"]+","probability":0\.\d+\}\n400\n$/);
  assert.deepEqual(files, ["garments.safetensors"]);
});

Deno.test("docs/examples: a recurrent network that writes", async () => {
  const { stdout } = await example("gru_text", ["--small"]);
  const [first, last] = [...stdout.matchAll(/^(\d\.\d+) +\d +train$/gm)].map(([, loss]) => Number(loss));
  assert.ok(last! < first!, stdout);
  assert.match(stdout, /\nThe [\s\S]{40}\n$/);
});

Deno.test("docs/examples: a causal transformer", async () => {
  const { stdout } = await example("transformer", ["--small"]);
  assert.ok(number(stdout, /digits in their place: (\S+)/) > 0.2, stdout); // by chance 0.1
});

Deno.test("docs/examples: a U-Net and an autoencoder", async () => {
  const { stdout, files } = await example("unet", ["--small"]);
  assert.ok(number(stdout, /autoencoder: (\S+)/) < 0.2, stdout);
  assert.deepEqual(files, ["cleaned.svg"]);
});

Deno.test("docs/examples: a diffusion model", async () => {
  const { stdout, files } = await example("ddpm", ["--small"]);
  assert.ok(number(stdout, /epoch 0: (\S+)/) < 1.2, stdout);
  assert.deepEqual(files, ["drawn.svg"]);
});
