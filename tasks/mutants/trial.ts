/**
 * One mutant, and what may become of it.
 *
 * @module
 */
import { FormError } from "../../lib/sweep/boundary/parse.ts";
import type { Mulberry32 } from "../mulberry32.ts";

/** Tries one mutant: it is taken, or refused by an error that is meant for it. Anything else is thrown. */
export type Trial = (chance: Mulberry32) => Promise<"taken" | "refused">;

/** Runs something that may refuse its input. */
export async function attempt(body: () => unknown, isMeant: (error: unknown) => boolean): Promise<"taken" | "refused"> {
  try {
    await body();
    return "taken";
  } catch (error) {
    if (isMeant(error)) return "refused";
    throw error;
  }
}

/** Refused for its form. */
export const isForm = (error: unknown) => error instanceof FormError;
