/**
 * What a lesson's first process does while the second loads its modules: it looks for a GPU. Where there is none that can take a tenth of a second, as
 * drivers are loaded to no purpose.
 *
 * @module
 */
import { environmentVariable } from "../../lib/device/environment.ts";
import type { DeviceName } from "../../lib/device/names.ts";
import type { LessonRequest } from "./request.ts";

/** The first process's word where there is no GPU. */
export const NO_GPU = "no GPU";

/** The device that the command line names, or the environment. */
export function deviceName({ device }: Pick<LessonRequest, "device">): DeviceName {
  return (device ?? environmentVariable("SONDE_DEVICE") ?? "auto") as DeviceName;
}

/** What looks for a GPU, and gives the word to say of it; undefined if the second process will not want to know. */
export function gpuSearch(request: Pick<LessonRequest, "device">): (() => Promise<string>) | undefined {
  if (deviceName(request) !== "auto") return undefined;
  return async () => {
    const { hardwareAdapter } = await import("../../lib/device/hardware.ts");
    return await hardwareAdapter() ? "a GPU" : NO_GPU;
  };
}
