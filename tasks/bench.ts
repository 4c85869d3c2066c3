/**
 * `deno task bench`: steps per second of training.
 *
 * A workload is a network on 60,000 random images that live on the device as bytes, trained by a loop written by hand (no Learner, no
 * metrics): gather, forward, cross-entropy, backward, SGD with momentum 0.85. `watched` adds what `ActivationStats` does: mean, deviation and
 * histogram of the four activations at every batch, and which of their channels are off; `gradients` and `updates` do so of the ten gradients,
 * and of what the step changes in the ten parameters. After a warm-up, the median of several blocks of
 * steps counts; each block ends with reading the loss, which waits for the device. The workloads' blocks take turns, so that a machine
 * whose speed swings is the same to all of them. `--against pytorch` measures PyTorch in turn with Sonde.
 *
 * @module
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Device, device } from "../lib/device/device.ts";
import { environmentVariable } from "../lib/device/environment.ts";
import type { DeviceName } from "../lib/device/names.ts";
import { isUnchecked } from "../lib/device/v8_flags.ts";
import { textTable } from "../lib/plot/text.ts";
import { compare, type Comparison, comparisonPage, comparisonText, median } from "./bench/compare.ts";
import { growthChart, growthPage, GROWTHS, measureGrowth, type Point } from "./bench/growth.ts";
import { isWatched, NAMES, NUMBERS, type Workload, workload } from "./bench/networks.ts";
import { PyTorch, TorchTraining } from "./bench/pytorch.ts";
import { IMAGES, syntheticImages, Training } from "./bench/training.ts";
import { prepareProfile, type Profile, type TakeApart } from "./bench/profile.ts";
import { profilePage, profileText } from "./bench/profile_text.ts";
import { oneOf, readCommandLine, runTask, UsageError, wholeNumber } from "./cli.ts";
import { checkThreads, readDevice } from "./device_options.ts";
import { replaceSection } from "./page_section.ts";

const USUAL = ["plain-1024", "plain-64", "plain-2", "watched-1024"];
/** What is compared with PyTorch unless workloads are named. */
const COMPARED = [
  ...["plain-1024", "plain-64", "plain-2", "bn-1024", "bn-64", "bn-2", "plain-1024-4", "plain-64-8"],
  ...["resnet-64", "resnet-512", "mlp-64", "mlp-1024", "plain-2048-infer"],
];
const BLOCKS = 9;
const DOCS = join(fileURLToPath(new URL("..", import.meta.url)), "docs");

const USAGE = `Usage: deno task bench [WORKLOAD …] [options]

Trains on ${IMAGES.toLocaleString("en")} random images and tells how fast.

Workloads: ${NAMES}.
Numbers: ${NUMBERS}.
Default: ${USUAL.join(", ")}; with --against, or --profile --write, those of docs/speed.md.

  --device NAME      auto (default), cpu or webgpu
  --threads N        threads of the cpu
  --seconds S        how long to measure each workload (default 5); with --against or --growth, how long a block is (default 1)
  --against pytorch  measures PyTorch in turn, if Python has it; of training that is watched it has no like
  --rounds N         blocks of each side with --against (default 5)
  --growth           how cost grows with batch, width, depth and threads
  --profile          lists each dispatch (webgpu) or kernel (cpu) of a step instead: workgroups or chunks, bytes, FLOPs, time; on
                     the cpu beside what the processor can do, and what holds the step back
  --write            writes what --against, --growth or --profile measures on the cpu into docs/: of their default workloads
  --json             one JSON object a line on stdout and nothing else`;

function described(target: Device, threads: number | undefined) {
  return { device: target.kind, threads: target.kind === "webgpu" ? null : threads ?? navigator.hardwareConcurrency };
}

/** Each workload's speed. */
async function speeds(target: Device, workloads: readonly Workload[], seconds: number, threads: number | undefined) {
  const dataset = syntheticImages(target), trainings = workloads.map((workload) => new Training(workload, dataset));
  for (const training of trainings) await training.warmUp(seconds / BLOCKS);
  for (let i = 0; i < BLOCKS; i++) for (const training of trainings) await training.block();
  return trainings.map(({ workload: { name, batchSize }, times }) => {
    const stepsPerSecond = 1 / median(times), secondsPerEpoch = Math.ceil(IMAGES / batchSize) / stepsPerSecond;
    const samplesPerSecond = IMAGES / secondsPerEpoch;
    return {
      workload: name,
      ...described(target, threads),
      batchSize,
      stepsPerSecond,
      secondsPerEpoch,
      samplesPerSecond,
    };
  });
}

/** Replaces a section of a page in docs/. */
async function write(page: string, section: string, text: string): Promise<void> {
  const path = join(DOCS, page);
  await Deno.writeTextFile(path, replaceSection(await Deno.readTextFile(path), section, text));
}

/** Whether this process has WebAssembly's memory unchecked, and how pages say it. */
const unchecked = isUnchecked(environmentVariable("DENO_V8_FLAGS") ?? "");
const FLAGS_SAID = unchecked ? "under the task's flags" : "with checks of memory";

const processor = () => cpus()[0]?.model ?? "unknown processor";

interface Asked {
  readonly json: boolean;
  readonly write: boolean;
  readonly seconds: number;
  readonly threads: number;
}

/** Sonde beside PyTorch. */
async function against(target: Device, workloads: readonly Workload[], rounds: number, asked: Asked): Promise<void> {
  const { json, seconds, threads } = asked, torch = await PyTorch.start(threads), all: Comparison[] = [];
  try {
    const dataset = syntheticImages(target);
    for (const workload of workloads) {
      const sides = [new Training(workload, dataset), new TorchTraining(workload, torch)] as const;
      const comparison = await compare(...sides, { rounds, seconds });
      all.push(comparison);
      const { sonde, pytorch } = comparison;
      if (json) console.log(JSON.stringify({ workload: workload.name, threads, sonde, pytorch }));
    }
  } finally {
    await torch.stop();
  }
  if (!json) console.log(`${target.description}; PyTorch ${torch.version}\n\n${comparisonText(all)}`);
  if (!asked.write) return;
  const made = { threads, rounds, seconds, unchecked, deno: Deno.version.deno, pytorch: torch.version };
  await write(
    "speed.md",
    unchecked ? "against" : "against with checks",
    comparisonPage(all, { ...made, processor: processor() }),
  );
}

/** How cost grows. */
async function growth({ json, seconds, threads, ...asked }: Asked): Promise<void> {
  const counts = [...new Set([1, threads])], points: Point[] = [];
  const devices = new Map(counts.map((count) => [count, device("cpu", { threads: count })]));
  for (const each of devices.values()) await each.ready;
  await measureGrowth(devices, { seconds, blocks: 5 }, (point) => {
    points.push(point);
    if (json) console.log(JSON.stringify(point));
  });
  const page = growthPage(points);
  if (!json) console.log(page);
  if (!asked.write) return;
  for (const each of GROWTHS) await growthChart(each, points).save(join(DOCS, `growth-${each.name}.svg`));
  await write(
    "growth.md",
    "growth",
    `${processor()}, Deno ${Deno.version.deno} ${FLAGS_SAID}, medians of 5 blocks of about ${seconds} s.\n\n${page}`,
  );
}

/** What each workload's steps are made of, and what holds them back. */
async function profile(
  target: Device,
  workloads: readonly Workload[],
  takeApart: TakeApart,
  asked: Asked,
): Promise<void> {
  const dataset = syntheticImages(target), all: Profile[] = [];
  for (const workload of workloads) {
    const training = new Training(workload, dataset);
    const found = await takeApart(target, workload.name, () => training.step());
    console.log(asked.json ? JSON.stringify(found) : `${profileText(found)}\n`);
    all.push(found);
  }
  if (!asked.write) return;
  const measured = all.flatMap(({ workload, bounds }) => bounds ? [{ workload, bounds }] : []);
  await write(
    "speed.md",
    "profile",
    profilePage(measured, `${processor()}, Deno ${Deno.version.deno} ${FLAGS_SAID}.`),
  );
}

await runTask("bench", async () => {
  const { values, names } = readCommandLine(Deno.args, {
    device: "value",
    threads: "value",
    seconds: "value",
    against: "value",
    rounds: "value",
    growth: "flag",
    write: "flag",
    profile: "flag",
    json: "flag",
    help: "flag",
  });
  if (values.help) return console.log(USAGE);
  const other = oneOf("--against", values.against, ["pytorch"] as const);
  const workloads = (names.length ? names : other || (values.profile && values.write) ? COMPARED : USUAL).map(workload);
  const watched = other && workloads.find(({ kind }) => isWatched(kind));
  if (watched) {
    throw new UsageError(
      `--against pytorch cannot measure ${watched.name}: PyTorch's side watches nothing; leave it out`,
    );
  }
  const { device: name, threads } = readDevice(values);
  const seconds = wholeNumber("--seconds", values.seconds, { min: 1, max: 3600 });
  const rounds = wholeNumber("--rounds", values.rounds, { min: 1, max: 1000 });
  if (other && values.growth) throw new UsageError("--against and --growth are two measurements: name one of them");
  if (rounds !== undefined && !other) throw new UsageError("--rounds counts the blocks of --against pytorch");
  if (values.write && !other && !values.growth && !values.profile) {
    throw new UsageError("--write needs --against pytorch, --growth or --profile");
  }
  if (values.growth && (names.length > 0 || name === "webgpu")) {
    throw new UsageError("--growth measures workloads of its own on the cpu: leave out their names, and --device");
  }
  if (values.profile && (other || values.growth)) throw new UsageError("--profile is a measurement of its own");
  if (values.write && names.length > 0) throw new UsageError("--write takes all workloads: leave out their names");
  const asked = {
    json: values.json ?? false,
    write: values.write ?? false,
    seconds: seconds ?? 1,
    threads: threads ?? navigator.hardwareConcurrency,
  };
  if (values.growth) return await growth(asked);

  const chosen = (name ?? environmentVariable("SONDE_DEVICE") ?? "auto") as DeviceName;
  if (values.profile && seconds !== undefined) {
    throw new UsageError("--profile takes the time that it needs: leave out --seconds");
  }
  if (values.profile && chosen === "reference") { // which only the variable can have named
    throw new UsageError("--profile is for cpu and webgpu, found SONDE_DEVICE=reference: add --device cpu");
  }
  const toWrite = (kind: string) => {
    if (!values.write || kind === "cpu" || kind === "auto") return;
    throw new UsageError(`--write writes figures of the cpu, found the device ${kind}: add --device cpu`);
  };
  toWrite(chosen);
  const target = device(chosen, threads === undefined ? {} : { threads });
  const takeApart = values.profile ? prepareProfile(asked.threads) : undefined;
  await target.ready;
  checkThreads(threads, target.kind);
  toWrite(target.kind);
  if (other) return await against(target, workloads, rounds ?? 5, asked);
  if (takeApart) return await profile(target, workloads, takeApart, asked);
  const results = await speeds(target, workloads, seconds ?? 5, threads);
  if (values.json) return results.forEach((result) => console.log(JSON.stringify(result)));
  const rows = results.map((result) => [
    result.workload,
    result.stepsPerSecond.toFixed(1),
    Math.round(result.samplesPerSecond).toLocaleString("en"),
    result.secondsPerEpoch.toFixed(2),
  ]);
  const columns = ["workload", "steps/s", "images/s", "s/epoch"];
  console.log(`${target.description}\n\n${textTable(columns, rows).join("\n")}`);
});
