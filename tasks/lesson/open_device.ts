/**
 * Opens the device of a lesson's runs.
 *
 * @module
 */
import { type Device, device } from "../../lib/device/device.ts";
import { deviceName, NO_GPU } from "./gpu_search.ts";
import { UsageError } from "../cli.ts";
import type { LessonRequest } from "./request.ts";

/** Milliseconds to wait for the first process's word; then this one looks for a GPU itself. */
const PATIENCE = 100;

/**
 * Opens the device, or begins to.
 *
 * @param said what the first process says of a GPU; it need not say anything
 * @throws {UsageError} for threads of a GPU that nobody has named, but that was found
 */
export async function openDevice(
  request: Pick<LessonRequest, "device" | "threads">,
  said: Promise<string>,
): Promise<Device> {
  const { threads } = request, named = deviceName(request);
  const silence = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
  const chosen = named === "auto" && await Promise.race([said, silence]) === NO_GPU ? "cpu" : named;
  const opened = device(chosen, threads === undefined ? {} : { threads });
  if (threads !== undefined && chosen === "auto" && (await opened.ready).kind !== "cpu") {
    throw new UsageError("--threads is for the cpu device, found a GPU: add --device cpu, or leave out --threads");
  }
  return opened;
}
