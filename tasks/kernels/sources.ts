/** The sources of kernels/cpu that `deno task kernels` makes. */
import { instructionNamesText, instructionsText } from "./instructions.ts";
import { layoutsText } from "./layouts.ts";
import { numbersText } from "./numbers.ts";
import { tableText } from "./table.ts";
import { tileText } from "./tile.ts";

/** Texts by file name. */
export function generatedSources(): Map<string, string> {
  return new Map([
    ["layouts.ts", layoutsText()],
    ["numbers.ts", numbersText()],
    ["table.ts", tableText()],
    ["tile.ts", tileText()],
    ["instruction_names.ts", instructionNamesText()],
    ["instructions.ts", instructionsText()],
  ]);
}
