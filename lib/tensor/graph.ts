/**
 * The door to the graph for the layers above tensor: what they need of it, and nothing else. A lint rule (`tasks/lint/layers.ts`) refuses
 * their other imports from there.
 */
export { currentModulePath, isGradEnabled, noGrad, withModule } from "../graph/context.ts";
export { ShapeError, showShape } from "../graph/errors.ts";
export {
  ancestorsOf,
  inputsOf,
  nearestModule,
  nodeAt,
  type NodePath,
  pathToOrigin,
  viewed,
} from "../graph/find_non_finite.ts";
export { type HostArray, isFloat } from "../device/dtype.ts";
export { DeviceFaultError, DeviceLostError, DeviceValidationError, OutOfDeviceMemoryError } from "../device/errors.ts";
export { erf, fitsInt32 } from "../device/scalar_math.ts";
export { isWhole, whole } from "../device/whole.ts";
export { flush } from "../engine/flush.ts";
export { readingNow } from "../engine/read.ts";
export { writingAs } from "../engine/storage.ts";
export type { Node } from "../graph/node.ts";
export { traceOf, watching } from "../graph/trace.ts";
