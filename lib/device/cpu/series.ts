/**
 * Series: commands that take images group by group, one command after the other, so that a group's images stay in the cache from the one that
 * makes them to the one that reads them. See kernels/cpu/control.ts.
 */
import type { Program } from "../program.ts";
import { sizeOf } from "../shape.ts";
import { type Step, stepInputs, stepOutputs } from "../steps/mod.ts";
import type { Command, Grouping, ProgramWriter } from "./commands.ts";
import { type Access, accessesBefore, accessesByImage, imagesOf } from "./images.ts";
import { command, row, table, word } from "./layout.ts";
import { SERIES as PLACES } from "./numbers.ts";

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

/** Bytes of images from which on they do not stay in the caches of the cores from one command to the next. */
const LEAST_BYTES = 2 * 1024 * 1024;

/** Bytes that a group should take at most, of all values; and how many groups there should be at least. */
const GROUP_BYTES = 448 * 1024;
const LEAST_GROUPS = 32;

/** Images of a group: many divisors, so that chunks of all commands can be of about as many images as they would have. */
const SIZES = [96, 48, 24, 12, 6, 4, 2, 1];

/** Elements of all that a step touches if it is so small that it does not matter when it runs. */
const SMALL = 65536;

/** Steps that may run as a series, from one on: the place after the last of them, and how their images are grouped. */
export interface Candidates {
  readonly end: number;
  readonly grouping: Grouping;
}

/** Finds the steps from `first` on that may run image by image, and others among them that hardly take time. */
export function candidatesFrom(program: Program, first: number): Candidates | undefined {
  const { steps } = program;
  let images = 0, end = first;
  for (let at = first; at < steps.length && images === 0; at++) {
    const found = imagesOf(steps[at]!);
    if (found === undefined) return undefined;
    if (found !== "any") images = found;
  }
  if (images < LEAST_GROUPS) return undefined;
  const sizes = new Map<number, number>();
  let count = 0;
  for (let at = first; at < steps.length; at++) {
    const step = steps[at]!, accesses = accessesByImage(step, images, program);
    if (!accesses) {
      if (at === first || !isSmall(step)) break;
      continue;
    }
    for (const { value, each } of accesses) if (each > 0) sizes.set(value, 4 * each);
    count++;
    end = at + 1;
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (count < 2 || bytes * images < LEAST_BYTES) return undefined;
  const most = Math.min(GROUP_BYTES / bytes, images / LEAST_GROUPS), size = SIZES.find((size) => size <= most);
  return size === undefined ? undefined : { end, grouping: { images, size } };
}

const isSmall = (step: Step): boolean =>
  step.kernel !== "custom" &&
  [...stepInputs(step), ...stepOutputs(step)].every(({ shape }) => sizeOf(shape) <= SMALL);

/** The commands of a step, by when they run in a series. */
interface Parts {
  readonly step: number;
  readonly before: readonly Command[];
  readonly within: readonly Command[];
  readonly after: readonly Command[];
  readonly accesses: readonly Access[];
}

/** Puts collected commands in their place: those that go image by image in series, the others before or after them. */
export class SeriesMaker {
  readonly #program: Program;
  /** Of each value the steps that touch it. */
  readonly #users = new Map<number, number[]>();
  #parts: Parts[] = [];

  constructor(readonly writer: ProgramWriter) {
    const program = this.#program = writer.program;
    program.steps.forEach((step, at) => {
      for (const { value } of [...stepInputs(step), ...stepOutputs(step)]) {
        const users = this.#users.get(value);
        if (!users) this.#users.set(value, [at]);
        else if (users.at(-1) !== at) users.push(at);
      }
    });
  }

  /** Puts the commands of some steps. */
  place(commands: readonly Command[], grouping: Grouping): void {
    for (const [step, own] of Map.groupBy(commands, ({ step }) => step)) {
      const parts = this.#partsOf(step, own, grouping);
      if (!parts || !this.#canJoin(parts)) this.#flush(grouping);
      if (parts) this.#parts.push(parts);
      else this.writer.put(own);
    }
    this.#flush(grouping);
  }

  #partsOf(step: number, commands: readonly Command[], { images, size }: Grouping): Parts | undefined {
    const first = commands.findIndex(({ cut }) => cut), last = commands.findLastIndex(({ cut }) => cut) + 1;
    const accesses = first < 0
      ? accessesBefore(this.#program.steps[step]!)
      : accessesByImage(this.#program.steps[step]!, images, this.#program);
    if (!accesses) return undefined;
    if (first < 0) return { step, before: commands, within: [], after: [], accesses };
    const within = commands.slice(first, last);
    if (within.some(({ cut }) => !cut || size % cut.images !== 0)) return undefined;
    return { step, before: commands.slice(0, first), within, after: commands.slice(last), accesses };
  }

  /** Whether a step may join those before it: nothing is touched earlier, or later, than it has to be. */
  #canJoin(parts: Parts): boolean {
    const own = new Set([...this.#parts.map(({ step }) => step), parts.step]);
    return this.#parts.every(({ accesses }) =>
      accesses.every((a) => parts.accesses.every((b) => this.#inOrder(a, b, own)))
    );
  }

  /** Whether what one step touches, and a later one, remains in order where both are in a series. */
  #inOrder(a: Access, b: Access, steps: ReadonlySet<number>): boolean {
    if (!a.written && !b.written) return true;
    if (a.when === "before" || b.when === "after") return true;
    if (!this.#overlap(a, b, steps)) return true;
    return a.when === "within" && b.when === "within" && a.each > 0 && a.each === b.each && this.#sameStart(a, b);
  }

  #sameStart(a: Access, b: Access): boolean {
    const x = this.#program.values[a.value]!.place, y = this.#program.values[b.value]!.place;
    return a.value === b.value || (x.kind === "arena" && y.kind === "arena" && x.offset === y.offset);
  }

  #overlap(a: Access, b: Access, steps: ReadonlySet<number>): boolean {
    if (a.value === b.value) return true;
    const { values, sameMemory } = this.#program, x = values[a.value]!, y = values[b.value]!;
    if (x.place.kind === "bound" || y.place.kind === "bound") {
      if (x.place.kind !== y.place.kind) return false;
      if (x.place.kind !== "bound" || y.place.kind !== "bound" || !sameMemory) return true;
      return (sameMemory.get(x.place.slot) ?? x.place.slot) === (sameMemory.get(y.place.slot) ?? y.place.slot);
    }
    if (this.#isLocal(a.value, steps) || this.#isLocal(b.value, steps)) return false;
    return x.place.offset < y.place.offset + 4 * y.elements && y.place.offset < x.place.offset + 4 * x.elements;
  }

  /** Whether all that touches a value are some steps. */
  #isLocal(value: number, steps: ReadonlySet<number>): boolean {
    if (this.#program.values[value]!.place.kind !== "arena" || this.#program.values.length >= PLACES.values) {
      return false;
    }
    return this.#users.get(value)!.every((step) => steps.has(step)) &&
      this.#parts.every(({ accesses }) => accesses.every((access) => access.value !== value || access.each > 0));
  }

  #flush({ images, size }: Grouping): void {
    const parts = this.#parts, { writer } = this;
    this.#parts = [];
    const members = parts.flatMap(({ within }) => within);
    if (members.length < 2) {
      for (const { before, within, after } of parts) writer.put([...before, ...within, ...after]);
      return;
    }
    for (const { before } of parts) writer.put(before);
    const locals = this.#localsOf(parts, size);
    const work = { chunks: Math.ceil(images / size), ns: members.reduce((sum, { ns }) => sum + ns, 0) };
    const values = {
      members: members.length,
      memberList: writer.rows(MEMBER, members.map(({ cut }) => ({ chunks: size / cut!.images * cut!.chunks }))),
      values: this.#program.values.length + 1,
      locals: locals.length,
      localList: writer.rows(LOCAL, locals),
    };
    writer.put([writer.command(SERIES, work, values, members.length), ...members]);
    for (const { after } of parts) writer.put(after);
  }

  /** Values that only these steps touch, image by image. */
  #localsOf(parts: readonly Parts[], size: number) {
    this.#parts = [...parts];
    const steps = new Set(parts.map(({ step }) => step)), sizes = new Map<number, number>();
    for (const { accesses } of parts) {
      for (const { value, each } of accesses) if (this.#isLocal(value, steps)) sizes.set(value, 4 * each);
    }
    this.#parts = [];
    let at = 0;
    return [...sizes].map(([value, bytes]) => {
      const local = { value, at, step: bytes * size };
      at += Math.ceil(local.step / 256) * 256 + 256;
      return local;
    });
  }
}
