/** What a diagnosis records of each batch: its inputs, and a classifier's targets and outputs. */
import type { Device } from "../device/device.ts";
import { arange } from "../tensor/create.ts";
import { noGrad } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ClassFigures, InputFigures } from "./diagnosis_records.ts";
import { signalOf } from "./diagnosis_modules.ts";
import { DeviceRows } from "./device_rows.ts";

/** Most classes whose shares are recorded; with more, a batch says little of an order. */
const MOST_CLASSES = 1000;

/** Rows of the inputs' scale and of the classes, a row a batch. */
export class BatchRecord {
  readonly #inputs: DeviceRows;
  readonly #classes: DeviceRows;
  readonly #outputs: DeviceRows;
  #numbers: Tensor | undefined;

  /** Makes its rows there. */
  constructor(device: Device) {
    [this.#inputs, this.#classes, this.#outputs] = [1, 2, 3].map(() => new DeviceRows(device)) as [
      DeviceRows,
      DeviceRows,
      DeviceRows,
    ];
  }

  /** Records the first input as the model got it, the first target, and what the model answered. */
  push(x: Tensor | undefined, y: Tensor | undefined, preds: Tensor): void {
    noGrad(() => {
      if (x?.dtype === "float32" && x.ndim > 0) {
        const inputs = x.detach();
        this.#inputs.push([inputs.mean(), inputs.std(), signalOf(inputs)]);
      }
      if (y && isClasses(y, preds)) this.#pushClasses(y, preds.detach());
    });
  }

  #pushClasses(y: Tensor, preds: Tensor): void {
    this.#numbers ??= arange(0, preds.shape[1]!, 1, { dtype: "int32", device: preds.device }).keep();
    const right = y.view(-1, 1).eq(this.#numbers.view(1, -1)), counts = right.float().sum(0);
    const surprise = preds.logSoftmax(1).where(right, 0).sum().div(-preds.shape[0]!);
    this.#classes.push([counts, preds.argmax(1).eq(y).float().mean(), surprise]);
    if (this.#outputs.length === 0) this.#outputs.push([preds.mean(0), signalOf(preds)]);
  }

  /** The rows so far by name, for {@linkcode BatchRecord.fill}. */
  saved(): Record<string, Tensor> {
    const all = { inputs: this.#inputs.saved(), classes: this.#classes.saved(), outputs: this.#outputs.saved() };
    return Object.fromEntries(Object.entries(all).flatMap(([name, rows]) => rows ? [[name, rows]] : []));
  }

  /** Goes on with rows that were recorded before. @throws {RangeError} for what are no such rows, or do not belong together */
  fill({ inputs, classes, outputs }: Readonly<Record<string, Tensor>>): void {
    this.#inputs.fill(inputs, "the inputs", 3);
    this.#classes.fill(classes, "the classes");
    this.#outputs.fill(outputs, "the first outputs", (classes?.shape[1] ?? 0) - 1);
    if ((classes === undefined) !== (outputs === undefined) || this.#outputs.length > 1 || classes?.shape[1]! < 4) {
      throw new RangeError(
        `Cannot go on with the record of the classes: it has ${this.#classes.length} batches, of ${
          (classes?.shape[1] ?? 2) - 2
        } classes, and first outputs of ${this.#outputs.length}`,
      );
    }
  }

  /** What was recorded; waits for the device. */
  async read(): Promise<{ inputs?: InputFigures; classes?: ClassFigures }> {
    const all = [this.#inputs, this.#classes, this.#outputs] as const;
    const [inputs, classes, [outputs]] = await Promise.all(all.map((rows) => rows.read())) as [
      number[][],
      number[][],
      number[][],
    ];
    const column = (i: number) => inputs.map((row) => row[i]!);
    return {
      ...inputs.length > 0 ? { inputs: { mean: column(0), std: column(1), signal: column(2) } } : {},
      ...outputs
        ? {
          classes: {
            counts: classes.map((row) => row.slice(0, -2)),
            accuracy: classes.map((row) => row.at(-2)!),
            surprise: classes.map((row) => row.at(-1)!),
            firstOutputs: outputs.slice(0, -1),
            firstSpread: outputs.at(-1)!,
          },
        }
        : {},
    };
  }

  /** Gives the device memory back. */
  dispose(): void {
    for (const rows of [this.#inputs, this.#classes, this.#outputs]) rows.dispose();
    this.#numbers?.dispose();
  }
}

/** Whether targets are class numbers of these outputs. */
function isClasses(y: Tensor, preds: Tensor): boolean {
  const [n, classes] = preds.shape;
  return y.dtype === "int32" && y.ndim === 1 && preds.ndim === 2 && y.shape[0] === n && classes! > 1 &&
    classes! <= MOST_CLASSES;
}
