/** Rows of numbers recorded on the device, one for each batch, and read later. */
import type { Device } from "../device/device.ts";
import { cat } from "../tensor/combine.ts";
import { tensor } from "../tensor/create.ts";
import { flush, noGrad } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * A growing table that stays on the device: 4 bytes a number. {@linkcode DeviceRecord} and {@linkcode StatisticsRecord} are made of it.
 *
 * A row is written in place, at a position that is a run-time number, into pieces of fixed size: recording never makes a step wait, and never
 * needs another plan.
 *
 * @internal
 */
export class DeviceRows {
  readonly #pieces: Tensor[] = [];
  #width = 0;
  #length = 0;

  /**
   * Takes no memory before the first row; then that of `chunk` rows at a time.
   *
   * @param chunk rows in a piece. Default: 256
   */
  constructor(readonly device: Device, readonly chunk: number = 256) {}

  /** How many rows there are. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that it holds on the device: of whole pieces. */
  get bytes(): number {
    return this.#pieces.reduce((sum, piece) => sum + 4 * piece.numel, 0);
  }

  /** Records a row: all elements of a tensor, or of several, one after the other; together as many as in the first row. */
  push(values: Tensor | readonly Tensor[]): void {
    noGrad(() => {
      const row = values instanceof Tensor ? values : cat(values.map((value) => value.float().view(-1)));
      // A number, as every loss is, is recorded as it is: each view more would be another thing to record.
      const flat = row.ndim < 2 ? row : row.view(1, -1);
      this.write(row.numel, (piece, position) => piece.narrow(0, position, 1).copy_(flat));
    });
  }

  /** Has a row of `width` numbers written at a position in a piece [chunk, width]. */
  write(width: number, write: (piece: Tensor, position: number) => unknown): void {
    if (this.#length === 0) this.#width = width;
    if (width !== this.#width) {
      throw new RangeError(
        `Cannot go on with a record whose rows have ${this.#width} numbers: this batch's has ${width}`,
      );
    }
    const position = this.#length % this.chunk;
    if (position === 0) this.#addPiece();
    write(this.#pieces.at(-1)!, position);
    this.#length++;
  }

  #addPiece(): void {
    const shape = [this.chunk, this.#width], zeros = new Float32Array(this.chunk * this.#width);
    this.#pieces.push(tensor(zeros, { shape, device: this.device }).keep());
  }

  /** All rows so far as one tensor, for {@linkcode DeviceRows.fill}; undefined before the first. */
  saved(): Tensor | undefined {
    const length = this.#length;
    return length === 0 ? undefined : noGrad(() => cat(this.#pieces).narrow(0, 0, length));
  }

  /**
   * Begins with rows that were recorded before; with none if that is undefined.
   *
   * @param what they are of, for errors
   * @param width how many numbers each has, if that is known
   * @throws {RangeError} for what are no such rows
   */
  fill(rows: Tensor | undefined, what: string, width = rows?.shape[1]): void {
    if (rows && (rows.ndim !== 2 || rows.dtype !== "float32" || rows.numel === 0 || rows.shape[1] !== width)) {
      throw new RangeError(
        `Cannot go on with the record of ${what}: expected rows of ${width ?? "some"} numbers, found ${rows.dtype} [${
          rows.shape.join(", ")
        }]`,
      );
    }
    this.dispose();
    if (!rows) return;
    const [length, found] = rows.shape as [number, number];
    this.#width = found;
    noGrad(() => {
      for (let at = 0; at < length; at += this.chunk) {
        this.#addPiece();
        const part = rows.narrow(0, at, Math.min(this.chunk, length - at));
        this.#pieces.at(-1)!.narrow(0, 0, part.shape[0]!).copy_(part);
      }
    });
    flush(this.device);
    this.#length = length;
  }

  /** All rows so far; waits for the device. */
  async read(): Promise<number[][]> {
    const length = this.#length, width = this.#width;
    const pieces = await Promise.all(this.#pieces.map((piece) => piece.toTypedArray()));
    return Array.from({ length }, (_, row) => {
      const at = (row % this.chunk) * width;
      return Array.from(pieces[Math.floor(row / this.chunk)]!.subarray(at, at + width));
    });
  }

  /** Gives the device memory back. */
  dispose(): void {
    for (const piece of this.#pieces.splice(0)) piece.dispose();
    this.#length = 0;
  }
}
