/** The page's script: shows what the page has inside, or listens to the server that it came from. */
/// <reference lib="dom" />
import type { LiveEvent } from "../../lib/live/events.ts";
import { decompress, pack } from "../../lib/live/packing.ts";
import { pageText } from "../../lib/live/page_text.ts";
import { parseEvents } from "../../lib/live/read_saved.ts";
import { download } from "./dom.ts";
import { connectionLine, listen } from "./listen.ts";
import { LiveView, type ViewActions } from "./view.ts";

const inside = document.querySelector<HTMLElement>("#events")!, packed = inside.textContent!;
const token = location.hash.slice(1);

function ask(command: Record<string, unknown>): void {
  fetch("control", { method: "POST", headers: { "x-sonde-token": token }, body: JSON.stringify(command) });
}

/** This page with all that it knows, also when the server has gone. */
async function save(): Promise<void> {
  const content = (selector: string) => document.querySelector(selector)!.textContent!;
  const text = pageText({
    style: content("style"),
    script: content("script[type=module]"),
    policy: inside.dataset.policy!,
    packed: await pack(view.model.events()),
  });
  download("training.html", "text/html", text);
}

const control: ViewActions = { stop: () => ask({ action: "stop" }), rate: (value) => ask({ action: "lr", value }) };
const view = new LiveView({ save: () => void save(), ...packed || !token ? {} : control });
document.body.append(view.element);
if (packed) view.apply(parseEvents(JSON.parse(await decompress(packed))));
else begin();

function begin(): void {
  const line = connectionLine();
  view.element.prepend(line.element);
  listen<LiveEvent>("events", {
    open: line.open,
    events(events, isAnother) {
      // The program that trained before is gone.
      const open = [...view.model.runs.values()].filter(({ finished }) => finished === undefined);
      const ends = open.map(({ facts }) => ({ kind: "finished", run: facts.run, how: "ended early" }) as const);
      view.apply(isAnother ? [...ends, ...events] : events);
    },
  });
}
