/** What is not as in PyTorch, by class; each class is a row of docs/pytorch.md, which says why. */
import type { Outcome } from "./replay.ts";
import { hasWholeFloat, type Sample } from "./sample.ts";

export interface Exception {
  /** The first cell of its row. */
  readonly row: string;
  readonly outcome: Outcome;
  /** PyTorch's names of the operations; all, if it is left out. */
  readonly op?: RegExp;
  /** Sonde's error or the first difference; PyTorch's error where Sonde gives a result. */
  readonly says?: RegExp;
  readonly when?: (sample: Sample) => boolean;
  readonly devices?: readonly ("reference" | "cpu" | "webgpu")[];
}

const isSpecial = ({ src }: Sample) => src === "special";

/** An error in Sonde's words where PyTorch computes. */
const REFUSED: readonly Omit<Exception, "outcome">[] = [
  { row: "bytes (uint8)", says: /uint8|bytes are for storage/ },
  { row: "options that Sonde lacks", says: /Cannot use option/ },
  { row: "inputs without a batch axis", op: /pool|conv|norm/i, says: /takes \[batch/ },
  { row: "losses without a batch axis, or of pictures", op: /loss|cross_entropy/i, says: /Cannot compute (crossEntropy|nllLoss)/ },
  { row: "padding by name", op: /conv/i, says: /padding/ },
  { row: "an output size of None", op: /adaptive/i, says: /Cannot use output size/ },
  { row: "products, windows and scatterAdd of whole numbers", says: /a(n)? (int32|bool) tensor|with an? (int32|bool)/ },
  { row: "`mseLoss` of two shapes", op: /mse_loss/, says: /the shapes must be equal/ },
  { row: "`addcmul` and `addcdiv`", op: /addc/, says: /Cannot addc(mul|div)_/ },
  { row: "`histc` over the range of the data", op: /histc/, says: /min must be/ },
  { row: "tensors in the place of numbers", op: /narrow/, says: /a tensor as a number/ },
  { row: "bool tensors as indices", op: /__getitem__/, says: /bool index/ },
  { row: "`int()` of what int32 cannot hold", op: /^int$/, says: /Cannot convert to int32/ },
  { row: "weights and biases of one element", op: /norm|linear/, says: /weight is|bias of shape/ },
  { row: "`cat` of empty tensors", op: /cat/, says: /Cannot cat/ },
  { row: "an index of several elements into a tensor without axes", op: /index_select/, says: /Cannot indexSelect/ },
];

/** A result where PyTorch has an error. */
const SILENT: readonly Omit<Exception, "outcome">[] = [
  { row: "number types that PyTorch's kernels lack", says: /not implemented for|not supported for relu|should be either floating point|Expected self.dtype to be equal/ },
  { row: "mm, bmm, mv and dot", op: /^(mm|bmm|mv|dot)$/ },
  { row: "numbers in the place of tensors", says: /must be Tensor, not int|Dimension out of range/, op: /max|min|logical/ },
  { row: "int32 as index", says: /Expected dtype int64/ },
  { row: "`arange` away from its end", op: /arange/, says: /step sign/ },
  { row: "a `correction` with a fraction", op: /std|var/, says: /correction=float/ },
  { row: "whole numbers written as floats", when: ({ in: args, kw }) => hasWholeFloat(args) || hasWholeFloat(kw) },
];

/** Another number, type or shape. */
const DIFFERS: readonly Omit<Exception, "outcome">[] = [
  { row: "`arange` without a type", op: /arange/, says: /dtype: expected int32, found float32/ },
  { row: "several index tensors", op: /__getitem__/, says: /shape/ },
  { row: "`max` and `min` over an axis: gradient of ties and NaN", op: /reduction_with_dim/, says: /gradient 0/, when: isSpecial },
  { row: "whole numbers written as floats", says: /dtype/, when: ({ in: args, kw }) => hasWholeFloat(args) || hasWholeFloat(kw) },
];

const all = (outcome: Outcome, list: readonly Omit<Exception, "outcome">[]) => list.map((one) => ({ outcome, ...one }));

export const exceptions: readonly Exception[] = [
  ...all("refused", REFUSED),
  ...all("silent", SILENT),
  ...all("differs", DIFFERS),
];
