/**
 * The folder of `--resume`, and what it belongs to.
 *
 * @module
 */
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import type { Device } from "../../lib/device/device.ts";
import { KeptRuns } from "../../lib/lessons/kept.ts";
import { messageOf } from "../../lib/sweep/errors.ts";
import { writeWhole } from "../../lib/tensor/files.ts";
import type { LessonRequest } from "./request.ts";

/** Everything that decides figures, by the names that a message gives it. Threads do not. */
type Owner = Readonly<Record<string, unknown>>;

function ownerOf({ lessons, dataset, epochs, seeds, rng, limit }: LessonRequest, device: Device): Owner {
  const runs = lessons.flatMap(({ runs }) => runs);
  return {
    version: config.version,
    lessons: lessons.map(({ lesson }) => lesson.name).join(", "),
    runs: runs.map(({ id }) => id).join(", "),
    seeds: seeds.join(", "),
    "random numbers": rng ?? "sonde",
    dataset,
    epochs: epochs ?? "each run's own number",
    limit: limit ?? "all images",
    // One GPU rounds otherwise than another.
    device: device.kind === "webgpu" ? `webgpu, ${device.description}` : device.kind,
    // A checkout whose runs were changed.
    "set-ups": Object.fromEntries(runs.map(({ id, setup }) => [id, setup])),
  };
}

async function readOwner(path: string): Promise<Owner | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Error(
      `Cannot resume: ${path}, which says what the folder belongs to, cannot be read: ${
        messageOf(error)
      }. Give --resume another folder`,
      { cause: error },
    );
  }
  let owner: unknown;
  try {
    owner = JSON.parse(text);
  } catch { // said below
  }
  if (typeof owner === "object" && owner !== null && !Array.isArray(owner)) return owner as Owner;
  throw new Error(`Cannot resume: ${path}, which says what the folder belongs to, is damaged. Give another folder`);
}

/** A value as a message shows it. */
const shown = (value: unknown) => typeof value === "string" || typeof value === "number" ? String(value) : "others";

/**
 * The runs that a folder keeps. One that is empty or not there is taken; it belongs to this command from then on.
 *
 * @throws {Error} for one that belongs to another command, saying in what they differ
 */
export async function openFolder(request: LessonRequest & { resume: string }, device: Device): Promise<KeptRuns> {
  const { resume: folder, every } = request, path = join(folder, "lesson.json");
  const asked = ownerOf(request, device), found = await readOwner(path);
  if (!found) await writeWhole(path, new TextEncoder().encode(JSON.stringify(asked, null, 2) + "\n"));
  const differing = Object.keys(asked).filter((name) =>
    found && JSON.stringify(found[name]) !== JSON.stringify(asked[name])
  );
  if (differing.length > 0) {
    const what = differing.map((name) => `${name} ${shown(found![name])} there, ${shown(asked[name])} here`);
    throw new Error(
      `Cannot resume from ${folder}: it belongs to another command (${
        what.join("; ")
      }). Give the same options, or another folder`,
    );
  }
  return new KeptRuns(folder, every);
}
