/** Products with an epilogue, in one dispatch. */
import type { Program } from "../../program.ts";
import { columnsOf, type FusedStep, productOperand } from "../../steps/fused.ts";
import type { Dispatch } from "../module.ts";
import { mayFollow } from "../epilogue.ts";
import { productOf as convolutionOf } from "./conv.ts";
import { productOf as matmulOf } from "./linear.ts";
import { inOneDispatch, lowerProduct, type Product } from "./product.ts";

/**
 * The dispatch of a product and its chain; undefined where they are better done one after the other: the depth is great, the types are mixed, or the
 * product's columns are those of one group of channels.
 */
export function lowerFused(step: FusedStep, program: Program): Dispatch[] | undefined {
  const { product, epilogue } = step;
  if (product.kernel !== "matmul" && product.attributes.groups > 1) return undefined;
  const whole: Product = product.kernel === "matmul" ? matmulOf(product, program) : convolutionOf(product, program);
  if (!inOneDispatch(whole) || !mayFollow(epilogue)) return undefined;
  const kept = step.kept ? product.output : undefined;
  return lowerProduct({
    ...whole,
    following: { chain: epilogue, own: productOperand(step), kept, columns: columnsOf(product) },
  });
}
