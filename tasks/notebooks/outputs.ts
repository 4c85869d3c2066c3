/**
 * From a kernel's messages to a cell's outputs.
 *
 * @module
 */
import type { Output } from "./document.ts";
import type { Message } from "./kernel.ts";

/** Where a display with an id is: its output, in whichever cell. */
export type Displays = Map<string, Output>;

/**
 * A cell's outputs as Jupyter stores them: what was displayed under one id and then updated is there once, as it was last.
 *
 * @param displays those of the cells before; they may be updated too
 */
export function outputsOf(messages: readonly Message[], displays: Displays): Output[] {
  const outputs: Output[] = [];
  for (const { type, content } of messages) {
    if (type === "clear_output") outputs.length = 0;
    else if (type === "stream") outputs.push({ output_type: type, name: content.name, text: content.text });
    else if (type === "error") {
      const { ename, evalue, traceback } = content;
      outputs.push({ output_type: type, ename, evalue, traceback });
    } else if (type === "update_display_data") {
      const shown = displays.get(content.transient?.display_id);
      if (shown) shown.data = content.data;
    } else {
      const output: Output = { output_type: type, data: content.data, metadata: {} };
      const id = content.transient?.display_id;
      if (id) displays.set(id, output);
      outputs.push(output);
    }
  }
  return outputs;
}
