/**
 * Opens the device of a lesson's runs.
 *
 * @module
 */
import { type Device, device } from "../../lib/device/device.ts";
import { deviceName, NO_GPU } from "./gpu_search.ts";
import { checkThreads } from "../device_options.ts";
import type { LessonRequest } from "./request.ts";

/** Milliseconds to wait for the first process's word; then this one looks for a GPU itself. */
const PATIENCE = 100;

/** The word, or undefined if it does not come in time. */
async function heard(said: Promise<string>): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => timer = setTimeout(() => resolve(undefined), PATIENCE));
  try {
    return await Promise.race([said, silence]);
  } finally {
    clearTimeout(timer);
  }
}

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
  const chosen = named === "auto" && await heard(said) === NO_GPU ? "cpu" : named;
  const opened = device(chosen, threads === undefined ? {} : { threads });
  if (threads !== undefined && chosen === "auto") checkThreads(threads, (await opened.ready).kind);
  return opened;
}
