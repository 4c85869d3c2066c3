/** Errors that come from a device, each with the data a program may want to act on. */
import { type Fault, mayOverflow } from "./faults.ts";

/** Too little device memory for an allocation or an arena. */
export class OutOfDeviceMemoryError extends RangeError {
  /** What `String(error)` begins with; tells it from other RangeErrors. */
  override readonly name = "OutOfDeviceMemoryError";
  /** `device` is what messages call it. Sizes are in bytes, and in MiB in the message. */
  constructor(
    readonly device: string,
    readonly requestedBytes: number,
    readonly usedBytes: number,
    readonly limitBytes: number,
  ) {
    const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    super(
      `Cannot allocate ${mb(requestedBytes)} on ${device}: ${mb(usedBytes)} of ${mb(limitBytes)} are in use. ` +
        `Use a smaller batch, dispose() what is kept, or pick another device`,
    );
  }
}

/** What was found, and what to do, where a whole number does not fit. */
function overflowMessage(kernel: Fault["kernel"]): string {
  const room = "int32 holds whole numbers from −2147483648 to 2147483647";
  if (kernel === "remainder") {
    return "Cannot take the remainder of int32 numbers: a divisor is 0. Convert with .float() first, which gives NaN there";
  }
  if (kernel === "cast") {
    return `Cannot convert to int32: a number is NaN or does not fit, as ${room}. Stay with .float(), or choose with where() before`;
  }
  return `Cannot take ${kernel} of int32 numbers: a result does not fit, as ${room}. Convert with .float() first`;
}

/** What was found, and what to do. */
function faultMessage({ kernel, index, size }: Fault): string {
  if (mayOverflow(kernel)) return overflowMessage(kernel);
  const what = kernel === "crossEntropy" ? "label" : "index";
  return `Cannot use ${what} ${index} in ${kernel}: it must be at least 0 and below ${size}. ` +
    `Check the ${what === "label" ? "labels and the number of output classes" : "indices"}. ` +
    `What was computed from it is of no use, parameters that were updated by it included`;
}

/** A kernel found an index or a label out of range, or a whole number that int32 cannot hold. */
export class DeviceFaultError extends RangeError {
  /** What `String(error)` begins with; tells it from other RangeErrors. */
  override readonly name = "DeviceFaultError";
  /**
   * Its message speaks of a label where the kernel is crossEntropy, of a number where one did not fit, elsewhere of an index.
   *
   * @param fault what was met
   * @param run in which run of the device, by the device's own count
   * @param place when, in a fit's words: "training batch 3 of epoch 0"
   */
  constructor(readonly fault: Fault, readonly run?: number, readonly place?: string) {
    super(`${faultMessage(fault)}${place ? `. It was in ${place}` : ""}`);
  }
}

/** A user's own operation cannot run: its WGSL does not compile, or its host implementation threw. The device goes on. */
export class OperationError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "OperationError";
  /** `operation` is the name that it was defined by. */
  constructor(readonly operation: string, reason: string, options?: ErrorOptions) {
    super(`Cannot run the operation ${operation}: ${reason}`, options);
  }
}

/** The device went away (driver reset, unplugged, out of memory), and its contents with it. */
export class DeviceLostError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "DeviceLostError";
  /** `device` is its description; `reason`, in the driver's words, stands in the message only. */
  constructor(readonly device: string, reason: string) {
    super(`Lost the ${device} device: ${reason}. Tensors on it are gone: create a new device and load a checkpoint`);
  }
}

/** The device that was asked for does not exist here. */
export class NoDeviceError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "NoDeviceError";
}

/** The machine refused a shader or a command: a defect of this library, with the driver's own words. */
export class DeviceValidationError extends Error {
  /** What `String(error)` begins with. */
  override readonly name = "DeviceValidationError";
}
