/** Products with an epilogue: a chain that runs on each chunk of a product while that is in the cache. */
import type { PointwiseStep } from "../steps/pointwise.ts";
import type { ProgramWriter } from "./commands.ts";
import type { Layout, ValuesOf } from "./layout.ts";
import { type Field, word } from "./layout.ts";
import { chainOf, encodePointwise } from "./pointwise.ts";
import { POINTWISE } from "./pointwise_layouts.ts";
import type { Work } from "./work.ts";

/** The field of a product's command that says where its chain is. */
export const EPILOGUE = { epilogue: word("bytes to the command of the chain that runs on each chunk; 0: none") };

/**
 * Appends the command of a product, and the chain that reads it: inside the command if its chunks are runs of whole rows (images, bands), which
 * lie in one piece, else as a command of its own.
 */
export function issueProduct<F extends { readonly [name: string]: Field }>(
  writer: ProgramWriter,
  layout: Layout<F & typeof EPILOGUE>,
  { chunks, ns, inOnePiece, cut }: Work & { readonly inOnePiece: boolean },
  values: Omit<ValuesOf<F & typeof EPILOGUE>, "epilogue">,
  epilogue: PointwiseStep | undefined,
): void {
  const chain = epilogue && inOnePiece ? chainOf(epilogue, writer) : undefined;
  writer.issue(layout, { chunks, ns: ns + (chain ? chain.ns : 0), cut }, {
    ...values,
    epilogue: chain ? writer.embed(POINTWISE, chain.values(chunks)) : 0,
  } as ValuesOf<F & typeof EPILOGUE>);
  if (epilogue && !chain) encodePointwise(epilogue, writer);
}
