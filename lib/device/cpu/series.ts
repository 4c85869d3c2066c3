/**
 * Series: commands that take images group by group, one command after the other, so that a group's images stay in the cache from the one that
 * makes them to those that read them. See kernels/cpu/control.ts.
 */
import type { Program } from "../program.ts";
import { sizeOf } from "../shape.ts";
import { type Step, stepInputs, stepOutputs } from "../steps/mod.ts";
import type { Command, ProgramWriter } from "./commands.ts";
import { type Access, accessesByImage, imagesOf } from "./images.ts";
import { type Joined, Joiner, type Joining } from "./joiner.ts";
import { command, row, table, word } from "./layout.ts";
import { SERIES as PLACES } from "./numbers.ts";
import type { Grouping } from "./work.ts";

export const SERIES = command("series", {
  members: word("commands, which come after this one"),
  memberList: table("of them"),
  values: word("addresses of values"),
  locals: word("values that nobody else reads"),
  localList: table("of them"),
});

/** A command of a series. */
export const MEMBER = row("member", { chunks: word("of a group of images") });

/** A value of which a thread has the images of one group alone. */
export const LOCAL = row("local", {
  value: word("number"),
  at: word("bytes to its images in what the thread has for them"),
  step: word("bytes of a group"),
});

/** Bytes of all images from which on they do not stay in the caches of the cores from one command to the next. */
const LEAST_BYTES = 2 * 1024 * 1024;

/** Bytes that a command should touch of a group at most; and how many groups there should be at least. */
const GROUP_BYTES = 384 * 1024;
const LEAST_GROUPS = 32;

/** Images of a group: many divisors, so that chunks of all commands can be of about as many images as they would have. */
const SIZES = [96, 48, 24, 12, 6, 4, 2, 1];

/** Elements of all that a small step touches. */
const SMALL = 65536;

/** Steps that are looked at for a run. */
const MOST_STEPS = 40;

/** Steps that may run as a series: the first of them, the place after the last, and how their images are grouped. */
export interface Run {
  readonly first: number;
  readonly end: number;
  readonly grouping: Grouping;
  /** Those that go image by image. */
  readonly byImage: ReadonlySet<number>;
  /** Of the program. */
  readonly joiner: Joiner;
}

/** Whether a program may have runs: if so, small values had better lie apart. */
export const mayRun = ({ steps, arenaBytes }: Program): boolean =>
  arenaBytes >= LEAST_BYTES && steps.some((step) => Number(imagesOf(step)) >= LEAST_GROUPS);

/** Finds the runs of a program. */
export function runsOf(program: Program): Run[] {
  const runs: Run[] = [], { steps } = program;
  if (program.values.length >= PLACES.values) return runs;
  let joiner: Joiner | undefined;
  for (let first = 0; first < steps.length;) {
    const images = imagesFrom(program, first);
    const run = images < LEAST_GROUPS ? undefined : runFrom(program, joiner ??= new Joiner(program), first, images);
    if (run) runs.push(run);
    first = run ? run.end : first + 1;
  }
  return runs;
}

function runFrom(program: Program, joiner: Joiner, first: number, images: number): Run | undefined {
  const steps = joiningFrom(program, first, images);
  const all = new Map(steps.flatMap(({ byImage }) => byImage ? [...sizesOf(byImage)] : []));
  if (sum(all.values()) * images < LEAST_BYTES) return undefined;
  const { accesses, locals } = joiner.join(steps), joined = steps.slice(0, accesses.length);
  const last = joined.findLastIndex(({ byImage }) => byImage), some = joined.slice(0, last + 1);
  const byImage = new Set(some.flatMap((one) => one.byImage ? one.step : []));
  if (byImage.size < 2) return undefined;
  const most = Math.max(...some.map((one) => one.byImage ? sum(sizesOf(one.byImage).values()) : 0));
  const size = SIZES.find((size) =>
    size * most <= GROUP_BYTES && size * LEAST_GROUPS <= images &&
    localPlaces(locals, size, program).bytes <= PLACES.bytes
  );
  return size === undefined ? undefined : { first, end: first + last + 1, grouping: { images, size }, byImage, joiner };
}

/** Bytes of an image of each value that a step goes through. */
const sizesOf = (accesses: readonly Access[]): Map<number, number> =>
  new Map(accesses.filter(({ each }) => each > 0).map(({ value, each }) => [value, 4 * each]));

/** Steps from a place on. One that may go by any images does so if it goes through those of a value that another step does. */
function joiningFrom({ steps, ...rest }: Program, first: number, images: number): Joining[] {
  const found: Joining[] = [], touched = new Set<number>();
  for (let step = first; step < Math.min(steps.length, first + MOST_STEPS); step++) {
    if (steps[step]!.kernel === "crossEntropy" && steps[step + 1]?.kernel === "crossEntropyGrad") break; // one command, as a rule
    const accesses = accessesByImage(steps[step]!, images, { steps, ...rest });
    const values = accesses ? [...sizesOf(accesses).keys()] : [];
    const belongs = step === first || imagesOf(steps[step]!) !== "any" || values.some((value) => touched.has(value));
    if (step === first && !accesses) return [];
    if (!(accesses && belongs) && !isSmall(steps[step]!)) break;
    if (accesses && belongs) { for (const value of values) touched.add(value); }
    found.push({ step, byImage: belongs ? accesses : undefined });
  }
  return found;
}

/** Whether a step takes so little that it does not matter when it runs. */
const isSmall = (step: Step): boolean =>
  step.kernel !== "custom" &&
  [...stepInputs(step), ...stepOutputs(step)].every(({ shape }) => sizeOf(shape) <= SMALL);

/** Images of the steps from a place on; 0 if they have none. */
function imagesFrom({ steps }: Program, first: number): number {
  for (let at = first; at < steps.length; at++) {
    const found = imagesOf(steps[at]!);
    if (found !== "any") return found ?? 0;
  }
  return 0;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

/**
 * Where a thread has the images of local values, and the bytes that all of them take. Values that begin at one place of the arena, one after the other or
 * one in place of the other, do here too.
 */
function localPlaces(locals: Joined["locals"], size: number, { values }: Program) {
  let bytes = 0;
  const place = (value: number) => {
    const { place } = values[value]!;
    return place.kind === "arena" ? place.offset : -1;
  };
  const places = [...Map.groupBy(locals, ([value]) => place(value)).values()].flatMap((some) => {
    const at = bytes;
    // A little apart, as kernels may read behind an array.
    bytes += Math.ceil(Math.max(...some.map(([, each]) => each)) * size / 256) * 256 + 256;
    return some.map(([value, each]) => ({ value, at, step: each * size }));
  });
  return { places, bytes };
}

/** The commands of a step, by when they run in a series. */
interface Parts extends Joining {
  readonly before: readonly Command[];
  readonly within: readonly Command[];
  readonly after: readonly Command[];
}

/** Puts the commands of a run in their place: those that go image by image in series, the others before or after them. */
export class SeriesMaker {
  constructor(readonly writer: ProgramWriter) {}

  place(commands: readonly Command[], { grouping, joiner }: Run): void {
    let rest = [...Map.groupBy(commands, ({ step }) => step)].map(([step, own]) => this.#partsOf(step, own, grouping));
    while (rest.length > 0) {
      const { accesses, locals } = joiner.join(rest);
      this.#put(rest.slice(0, accesses.length), accesses, locals, grouping);
      rest = rest.slice(accesses.length);
    }
  }

  /**
   * A step goes through images if all its commands do, but for those that arrange its weights, which run before, and those that put together what was
   * left of the images, which run after. One whose work the step before does along with its own has none but such.
   */
  #partsOf(step: number, commands: readonly Command[], { images, size }: Grouping): Parts {
    const { program } = this.writer, before = commands.filter(({ ofWeights }) => ofWeights);
    const within = commands.filter(({ ofWeights, ofParts }) => !ofWeights && !ofParts);
    const byImage = within.every(({ cut }) => cut && size % cut.images === 0)
      ? accessesByImage(program.steps[step]!, images, program)
      : undefined;
    if (!byImage) return { step, byImage, before: [], within: commands, after: [] };
    return { step, byImage, before, within, after: commands.filter(({ ofParts }) => ofParts) };
  }

  #put(
    parts: readonly Parts[],
    accesses: Joined["accesses"],
    locals: Joined["locals"],
    { images, size }: Grouping,
  ): void {
    const { writer } = this, members = parts.flatMap(({ byImage, within }) => byImage ? within : []);
    if (members.length < 2) {
      return parts.forEach(({ before, within, after }) => writer.put([...before, ...within, ...after]));
    }
    const isLate = (i: number) => accesses[i]!.some(({ when }) => when === "after");
    parts.forEach(({ byImage, before, within }, i) => writer.put(byImage ? before : isLate(i) ? [] : within));
    const work = { chunks: Math.ceil(images / size), ns: sum(members.map(({ ns }) => ns)) };
    const { places } = localPlaces(locals, size, writer.program);
    const series = writer.command(SERIES, work, {
      members: members.length,
      memberList: writer.rows(MEMBER, members.map(({ cut }) => ({ chunks: size / cut!.images * cut!.chunks }))),
      values: writer.program.values.length + 1,
      locals: places.length,
      localList: writer.rows(LOCAL, places),
    }, members.length);
    writer.put([series, ...members]);
    parts.forEach(({ byImage, within, after }, i) => writer.put(byImage ? after : isLate(i) ? within : []));
  }
}
