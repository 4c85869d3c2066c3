/** A number type among a kernel's attributes. */
import { choice, type Kind } from "../attributes.ts";
import { type DType, DTYPES } from "../dtype.ts";

/** One of the number types. */
export const dtype: Kind<DType> = choice(...DTYPES);
