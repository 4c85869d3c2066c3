/**
 * Mutants of files with tensors: safetensors, and checkpoints.
 *
 * @module
 */
import { join } from "node:path";
import { TensorDataset } from "../../lib/data/dataset.ts";
import { DataLoaders } from "../../lib/data/dataloaders.ts";
import { device as deviceOf } from "../../lib/device/device.ts";
import { ActivationStats } from "../../lib/learner/callbacks/activation_stats.ts";
import { CheckpointCB } from "../../lib/learner/callbacks/checkpoint.ts";
import { DiagnoseCB } from "../../lib/learner/callbacks/diagnose.ts";
import { NormalizeCB } from "../../lib/learner/callbacks/batch_transform.ts";
import { EarlyStoppingCB } from "../../lib/learner/callbacks/early_stopping.ts";
import { MetricsCB } from "../../lib/learner/callbacks/metrics.ts";
import { Recorder } from "../../lib/learner/callbacks/recorder.ts";
import { Callback } from "../../lib/learner/callback.ts";
import { CallbackError, CancelFitException } from "../../lib/learner/exceptions.ts";
import { Learner } from "../../lib/learner/learner.ts";
import { Linear } from "../../lib/nn/linear.ts";
import { crossEntropy } from "../../lib/nn/losses.ts";
import { Adam } from "../../lib/optim/adam.ts";
import { randint, randn } from "../../lib/tensor/create_random.ts";
import { Generator } from "../../lib/tensor/random.ts";
import {
  encodeSafetensors,
  loadSafetensors,
  SafetensorsError,
  safetensorsMetadata,
} from "../../lib/tensor/safetensors.ts";
import { mutateBytes, mutateJson } from "./mutate.ts";
import { attempt, type Trial } from "./trial.ts";

/** More than a small file may take while it is read. */
const MOST_MEMORY = 64 * 2 ** 20;

/** How each type is read, by nothing but JavaScript's own means. */
const READ: Readonly<Record<string, readonly [size: number, read: (view: DataView, at: number) => number | boolean]>> =
  {
    BOOL: [1, (view, at) => view.getUint8(at) !== 0],
    U8: [1, (view, at) => view.getUint8(at)],
    I8: [1, (view, at) => view.getInt8(at)],
    I16: [2, (view, at) => view.getInt16(at, true)],
    U16: [2, (view, at) => view.getUint16(at, true)],
    BF16: [2, (view, at) => new Float32Array(Uint32Array.of(view.getUint16(at, true) << 16).buffer)[0]!],
    F16: [2, (view, at) => view.getFloat16(at, true)],
    I32: [4, (view, at) => view.getInt32(at, true)],
    U32: [4, (view, at) => view.getUint32(at, true)],
    F32: [4, (view, at) => view.getFloat32(at, true)],
    F64: [8, (view, at) => view.getFloat64(at, true)],
    I64: [8, (view, at) => Number(view.getBigInt64(at, true))],
    U64: [8, (view, at) => Number(view.getBigUint64(at, true))],
  };

interface Claim {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** A file of every type, with a piece of metadata. */
function sound(): Uint8Array {
  const types = Object.entries(READ).sort(([, [a]], [, [b]]) => b - a);
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  const ones: number[] = []; // of each type the elements 0 and 1, or what the lowest bit means
  let at = 0;
  for (const [dtype, [size]] of types) {
    ones.push(at + size);
    header[`${dtype}.x`] = { dtype, shape: [2, 1], data_offsets: [at, at += 2 * size] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  return withHeader(text, Uint8Array.from({ length: at }, (_, i) => ones.includes(i) ? 1 : 0));
}

function withHeader(text: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

/** What a file holds, read in another way. */
function claims(file: Uint8Array): { header: Record<string, unknown>; data: DataView; start: number } {
  const start = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
  return { header, data: new DataView(file.buffer, file.byteOffset + start, file.length - start), start };
}

const memory = () => {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
};

/** Files with other numbers, with changed bytes, and with a changed header over sound data. What is taken must have the right values. */
export async function safetensors(): Promise<Trial> {
  const file = sound(), { header, start } = claims(file), data = file.subarray(start);
  const device = deviceOf("reference");
  await loadSafetensors(file, { device }); // it is sound
  return async (chance) => {
    const kind = chance.below(3), changed = data.slice();
    if (kind === 0) {
      for (let n = 1 + chance.below(4); n > 0; n--) changed[chance.below(data.length)] = chance.below(256);
    }
    const mutant = kind === 0
      ? withHeader(file.subarray(8, start), changed)
      : kind === 1
      ? mutateBytes(file, chance)
      : withHeader(mutateJson(header, chance), data);
    const before = memory();
    const result = await attempt(async () => {
      const loaded = await loadSafetensors(mutant, { device });
      const { header: { __metadata__: _, ...tensors }, data } = claims(mutant);
      if (Object.keys(loaded).sort().join("\n") !== Object.keys(tensors).sort().join("\n")) {
        throw new Error("other names");
      }
      for (const [name, claim] of Object.entries(tensors)) {
        const { dtype, shape, data_offsets: [first, last] } = claim as Claim, [size, read] = READ[dtype]!;
        const found = loaded[name]!, values = await found.toTypedArray();
        if (found.shape.join() !== shape.join()) throw new Error(`${name}: shape [${found.shape.join(", ")}]`);
        if (values.length !== (last - first) / size) throw new Error(`${name}: ${values.length} values`);
        for (let i = 0; i < values.length; i++) {
          const wanted = Number(read(data, first + i * size));
          if (!Object.is(Number(values[i]), wanted)) throw new Error(`${name}: ${values[i]} for ${wanted}`);
        }
      }
    }, (error) => error instanceof SafetensorsError);
    const taken = memory() - before;
    if (taken > MOST_MEMORY) throw new Error(`${taken} bytes for a file of ${mutant.length}`);
    return result;
  };
}

/** Ends a fit after three batches. */
class Stop extends Callback {
  static override order = CheckpointCB.order + 1;
  #left = 3;
  override afterBatch(learn: Learner): void {
    if (learn.training && --this.#left === 0) throw new CancelFitException();
  }
}

function learner(folder: string, saves: boolean): Learner {
  const device = deviceOf("reference"), on = { device, generator: new Generator(1) };
  const set = new TensorDataset(randn([8, 3], on), randint(0, 2, [8], on));
  const dls = DataLoaders.of(set, set, { batchSize: 4, generator: new Generator(2) });
  const watching = [new ActivationStats(undefined, { bins: 4, chunk: 4 }), new DiagnoseCB()];
  const cbs = [
    new NormalizeCB(),
    new Recorder(),
    new MetricsCB({}, { log: null }),
    new EarlyStoppingCB(),
    ...watching,
  ];
  const saving = new CheckpointCB(folder, { batches: saves ? 1 : 1000, epochs: 1000 });
  return new Learner(new Linear(3, 2, on), dls, crossEntropy, { optFunc: Adam, cbs: [...cbs, saving, new Stop()] });
}

/** An error that says what was attempted, and none from inside. */
function isMeant(error: unknown): boolean {
  if (error instanceof SafetensorsError) return true;
  if (error instanceof CallbackError || !(error instanceof RangeError || error instanceof TypeError)) return false;
  return /^Cannot (load|resume|go on)/.test(error.message);
}

/** A checkpoint with changed bytes, or a changed description: it is loaded, and gone on with. */
export async function checkpoints(folder: string): Promise<Trial> {
  await learner(folder, true).fit(4);
  const path = join(folder, "last.safetensors"), file = await Deno.readFile(path);
  const device = deviceOf("reference"), tensors = await loadSafetensors(file, { device });
  const { sonde } = await safetensorsMetadata(file), head = JSON.parse(sonde!);
  await (await learner(folder, false).load(folder)).fit(4, { resume: true }); // it is sound
  return async (chance) => {
    const mutant = chance.next() < 0.3 ? mutateBytes(file, chance) : await encodeSafetensors(tensors, {
      metadata: { sonde: new TextDecoder().decode(mutateJson(head, chance)) },
      wide: () => true,
    });
    await Deno.writeFile(path, mutant);
    const before = memory();
    const result = await attempt(async () => {
      const learn = learner(folder, false);
      await learn.load(folder);
      await learn.fit(4, { resume: true });
    }, isMeant);
    const taken = memory() - before;
    if (taken > MOST_MEMORY) throw new Error(`${taken} bytes for a file of ${mutant.length}`);
    return result;
  };
}
