/** What is wrong with a fit that goes on, in a line. */
import type { Verdict } from "./callbacks/progress_display.ts";
import { diagnose } from "./diagnose.ts";
import type { ActivationFigures, ActivationSource } from "./diagnosis.ts";

/**
 * The first finding of {@linkcode diagnose} on what a fit's callbacks recorded so far, with its layer and the batch since which it is so; undefined where
 * none of them watches layers. Reads of their records are asked for before the promise is returned, so that between two steps none is split.
 *
 * @param curves losses and rates so far, where they are recorded
 */
export async function verdictSoFar(
  callbacks: Iterable<object>,
  curves: Promise<{ readonly losses: readonly number[]; readonly lrs: readonly number[] }> | undefined,
): Promise<Verdict | undefined> {
  const read = [...callbacks].flatMap((cb) =>
    "activationFiguresSoFar" in cb ? [(cb as Required<ActivationSource>).activationFiguresSoFar()] : []
  );
  if (read.length === 0) return undefined;
  const activations = new Map<string, ActivationFigures>();
  for (const figures of await Promise.all(read)) for (const layer of figures) activations.set(layer.name, layer);
  if (![...activations.values()].some(({ mean }) => mean.length > 0)) return undefined;
  const { findings } = diagnose({ activations: [...activations.values()], ...await curves });
  const [worst] = findings;
  if (!worst) return { sound: true, text: `${activations.size} layers watched: nothing found` };
  const { module, problem, text, since } = worst, more = findings.length - 1;
  const place = module === null ? problem : `${module}: ${problem}`;
  return {
    sound: false,
    text: `${place}${since === null ? "" : ` since batch ${since}`} – ${text}${more > 0 ? ` (${more} more)` : ""}`,
  };
}
