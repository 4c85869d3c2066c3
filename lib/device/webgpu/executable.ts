/**
 * A compiled program: its pipelines, and the parameters of all its dispatches laid out in one array. A run patches what is dynamic
 * (where buffers lie, slice starts, scalars), writes the array once, and encodes one pass.
 */
import type { Executable } from "../backend.ts";
import { byteLength } from "../dtype.ts";
import { faultSites } from "../faults.ts";
import type { Program } from "../program.ts";
import { lowerStep } from "./lower/mod.ts";
import { type DeviceMemory, PARAMETER_ALIGNMENT, PARAMETER_RANGE } from "./memory.ts";
import { mergedDispatches } from "./merge.ts";
import type { Dispatch, Field } from "./module.ts";
import type { Pipelines } from "./pipelines.ts";
import { spread } from "../spread.ts";

/** A dispatch, ready to encode. */
interface Launch {
  readonly pipeline: GPUComputePipeline;
  /** What the pipeline was made of: where the dispatch needs several buffers of the heap, it is made anew. */
  readonly dispatch: Dispatch;
  readonly x: number;
  readonly y: number;
}

/** Adds a base (and an offset of the run) to a word, then shifts right. Starts and offsets count words, or the halves of words. */
interface AddressPatch {
  readonly word: number;
  readonly base: number;
  readonly start: number;
  readonly dynamic: number;
  readonly shift: number;
  /** How many there are in a word: 1, or 2. */
  readonly unit: number;
  /** The dispatch, and the words behind the base that it may reach by this address. */
  readonly dispatch: number;
  readonly first: number;
  readonly end: number;
}

/** Adds the number of a step among those that may raise faults to the first site of the run. */
interface SitePatch {
  readonly word: number;
  readonly site: number;
}

interface ScalarPatch {
  readonly word: number;
  readonly slot: number;
  readonly type: Field["type"];
}

const MOST_WORKGROUPS = 65535;
/** More than the heap may have. */
const MOST_BUFFERS = 64;
const SLOT_WORDS = PARAMETER_ALIGNMENT / 4;

/** Workgroups as a grid whose rows are no longer than WebGPU allows. */
export function grid(workgroups: number): { x: number; y: number } {
  const y = Math.ceil(workgroups / MOST_WORKGROUPS);
  return { x: Math.ceil(workgroups / y), y };
}

/** Dispatches with their parameters. */
export class Schedule {
  readonly launches: readonly Launch[];
  readonly words: Uint32Array<ArrayBuffer>;
  /** Steps that may raise faults. */
  readonly sites: readonly number[];
  /** Texts of users' kernels. */
  readonly custom: readonly string[];
  /** Arena bytes it needs, scratch memory included. */
  readonly arenaBytes: number;
  readonly #floats: Float32Array;
  readonly #integers: Int32Array;
  readonly #addresses: AddressPatch[] = [];
  readonly #scalars: ScalarPatch[] = [];
  readonly #sitePatches: SitePatch[] = [];
  /** First word of each dispatch's parameters. */
  readonly #slots: Uint32Array;
  readonly #offset = new Uint32Array(1);
  /** The first and the last buffer of the heap that each dispatch needs. */
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  readonly #program: Program;

  constructor(program: Program, dispatches: readonly Dispatch[], pipelines: Pipelines) {
    this.#program = program;
    this.sites = faultSites(program);
    const scratchStart = Math.ceil(program.arenaBytes / 256) * 256;
    this.arenaBytes = scratchStart + 4 * dispatches.reduce((most, { scratch }) => Math.max(most, scratch), 0);
    this.#slots = new Uint32Array(dispatches.length);
    let slot = 0;
    dispatches.forEach(({ fields, label }, n) => {
      if (fields.length * 4 > PARAMETER_RANGE) {
        throw new RangeError(
          `Cannot compile ${label}: its parameters take ${fields.length * 4} of ${PARAMETER_RANGE} bytes`,
        );
      }
      this.#slots[n] = slot * PARAMETER_ALIGNMENT;
      slot += Math.ceil(fields.length / SLOT_WORDS);
    });
    this.#low = new Int32Array(dispatches.length);
    this.#high = new Int32Array(dispatches.length);
    this.words = new Uint32Array(slot * SLOT_WORDS);
    this.#floats = new Float32Array(this.words.buffer);
    this.#integers = new Int32Array(this.words.buffer);
    dispatches.forEach(({ fields }, n) =>
      fields.forEach((field, i) => this.#place(field, this.#slots[n]! / 4 + i, scratchStart / 4, n))
    );
    this.custom = dispatches.filter(({ custom }) => custom !== undefined).map(({ code }) => code);
    this.launches = dispatches.map((dispatch) => ({
      dispatch,
      pipeline: pipelines.get(dispatch.label, dispatch.code, dispatch.custom),
      ...grid(dispatch.workgroups),
    }));
  }

  #place({ type, source }: Field, word: number, scratchStart: number, dispatch: number): void {
    switch (source.kind) {
      case "constant":
        this.#write(word, type, source.value);
        break;
      case "scalar":
        this.#scalars.push({ word, slot: source.slot, type });
        break;
      case "site":
        this.#sitePatches.push({ word, site: this.sites.indexOf(this.#program.steps.indexOf(source.step)) });
        break;
      case "scratch":
        this.#addresses.push({
          word,
          base: this.#program.bound,
          start: scratchStart + source.offset,
          dynamic: -1,
          shift: 0,
          unit: 1,
          dispatch,
          first: scratchStart,
          end: this.arenaBytes / 4,
        });
        break;
      case "address": {
        const { value, offset, dynamic } = source.operand;
        const { place, dtype, elements } = this.#program.values[value]!;
        const base = place.kind === "bound" ? place.slot : this.#program.bound;
        const first = place.kind === "bound" ? 0 : place.offset / 4, end = first + byteLength(dtype, elements) / 4;
        const { shift, halves } = source, unit = halves ? 2 : 1, start = unit * first + offset;
        this.#addresses.push({ word, base, start, dynamic, shift, unit, dispatch, first, end });
      }
    }
  }

  #write(word: number, type: Field["type"], value: number): void {
    if (type === "f32") this.#floats[word] = value;
    else if (type === "i32") this.#integers[word] = value;
    else this.words[word] = type === "bool" ? Number(value !== 0) : value;
  }

  /**
   * Fills in this run's numbers.
   * @param bases first word of each bound buffer, then of the arena
   * @param firstSite where the first step that may raise faults notes them
   */
  patch(bases: Uint32Array, scalars: Float64Array, offsets: Int32Array, firstSite: number): void {
    const words = this.words;
    for (const { word, base, start, dynamic, shift, unit } of this.#addresses) {
      words[word] = (unit * bases[base]! + start + (dynamic < 0 ? 0 : offsets[dynamic]!)) >>> shift;
    }
    for (const { word, site } of this.#sitePatches) words[word] = firstSite + site;
    for (const { word, slot, type } of this.#scalars) this.#write(word, type, scalars[slot]!);
  }

  /** Finds the buffers of each dispatch, where the heap has several, and counts its addresses from the first of them. After {@linkcode patch}. */
  locate(bases: Uint32Array, bufferBytes: number): void {
    const words = bufferBytes / 4, low = this.#low.fill(MOST_BUFFERS), high = this.#high.fill(0);
    for (const { dispatch, base, first, end } of this.#addresses) {
      const start = bases[base]!;
      low[dispatch] = Math.min(low[dispatch]!, Math.floor((start + first) / words));
      high[dispatch] = Math.max(high[dispatch]!, Math.floor((start + Math.max(first, end - 1)) / words));
    }
    for (const { dispatch, word, shift, unit } of this.#addresses) {
      this.words[word]! -= (unit * low[dispatch]! * words) >>> shift;
    }
  }

  /**
   * Encodes all dispatches.
   * @param at first byte of the parameters in their buffer
   */
  encode(pass: GPUComputePassEncoder, memory: DeviceMemory, pipelines: Pipelines, at: number): void {
    const slots = this.#slots, several = memory.buffers > 1;
    let current: GPUComputePipeline | undefined;
    this.launches.forEach((launch, n) => {
      const low = several ? this.#low[n]! : 0, count = several ? this.#high[n]! - low + 1 : 1;
      const { x, y, dispatch: { label, code, custom } } = launch;
      const pipeline = count > 1 ? pipelines.across(count, label, code, custom) : launch.pipeline;
      if (pipeline !== current) pass.setPipeline(current = pipeline);
      this.#offset[0] = at + slots[n]!;
      pass.setBindGroup(0, memory.bindGroup(low, count), this.#offset, 0, 1);
      pass.dispatchWorkgroups(x, y, 1);
    });
  }
}

/** What {@linkcode Backend.compile} of the webgpu device returns. */
export class WebGpuExecutable implements Executable {
  readonly schedule: Schedule;
  /** First word of each bound buffer, then of the arena; filled by each run. */
  readonly bases: Uint32Array;
  readonly #pipelines: Pipelines;
  /** Slots that must share no memory, if dispatches are to run in another order than the program's. */
  readonly #apart: readonly number[];
  #unmerged: Schedule | undefined;

  constructor(readonly program: Program, pipelines: Pipelines) {
    this.#pipelines = pipelines;
    const placed = spread(program);
    this.schedule = new Schedule(placed, mergedDispatches(placed, pipelines.inWords), pipelines);
    this.bases = new Uint32Array(program.bound + 1);
    const { sameMemory } = program;
    this.#apart = Array.from({ length: program.bound }, (_, slot) => slot).filter((slot) => !sameMemory?.has(slot));
  }

  /** What to run with buffers at {@linkcode bases}. */
  get fitting(): Schedule {
    const places = new Set<number>();
    for (const slot of this.#apart) places.add(this.bases[slot]!);
    return places.size === this.#apart.length ? this.schedule : this.unmerged;
  }

  /** The steps one by one: for a run with one buffer in two slots, whose steps may depend on each other in ways not seen here. */
  get unmerged(): Schedule {
    return this.#unmerged ??= new Schedule(
      this.program,
      this.program.steps.flatMap((step) => lowerStep(step, this.program)),
      this.#pipelines,
    );
  }

  get launches(): number {
    return this.schedule.launches.length;
  }

  get unready(): Promise<void> | undefined {
    for (const code of this.schedule.custom) {
      const verdict = this.#pipelines.verdict(code);
      if (verdict instanceof Promise) return verdict;
    }
    return undefined;
  }

  /** Throws if a user's kernel was refused. */
  check(): void {
    for (const code of this.schedule.custom) {
      const verdict = this.#pipelines.verdict(code);
      if (verdict instanceof Error) throw verdict;
    }
  }
}
