/** Two runs on the live page in Chromium: from the fits of one page, and from files; a page that went down; what it gives to people with a keyboard or a screen reader. */
import assert from "node:assert/strict";
import type { LiveEvent } from "../../lib/live/events.ts";
import { savedPage } from "../../lib/live/page.ts";
import { PageModel } from "../../lib/live/page_model.ts";
import { readSaved } from "../../lib/live/read_saved.ts";
import { serveLive } from "../../lib/live/server.ts";
import { LiveStore } from "../../lib/live/store.ts";
import { begin, curves, layer } from "../live/helpers.ts";
import { findChromium, Page } from "./chromium.ts";
import { downloaded, drag, hover, picture, press, scheme, size, until } from "./live_page.ts";

const chromium = await findChromium();
const ignore = !chromium && Deno.env.get("SONDE_TEST_CHROMIUM") !== "1";
const note = ignore ? " (skipped: no Chromium; apt-get install chromium)" : "";

/** A whole run. */
function run(id: string, title: string, seed: number): LiveEvent[] {
  const facts = { device: "cpu", seed: String(seed), Sonde: "0.1.0", code: "main.ts, SHA-256 0123456789abcdef…" };
  const rows = [0, 1].map((epoch): LiveEvent => ({
    kind: "row",
    run: id,
    step: 200 * (epoch + 1),
    epoch,
    phase: "valid",
    figures: { accuracy: 0.8 + seed / 100 + epoch / 20 },
  }));
  return [
    begin(id, facts, title),
    ...curves(id, 400, seed),
    ...rows,
    ...layer(id, "0 Linear", 60, seed),
    ...layer(id, "1 ReLU", 60, seed + 9),
    { kind: "findings", run: id, lines: [`1 ReLU: unit ${seed} is off`] },
    { kind: "finished", run: id, how: "done" },
  ];
}

const modelOf = (events: readonly LiveEvent[]) => {
  const model = new PageModel();
  model.apply(events);
  return model.events();
};

Deno.test({
  name:
    `the live page in Chromium: compares two of its runs, and those of files; saves what it has when the server has gone${note}`,
  ignore,
  fn: async () => {
    const store = new LiveStore(), folder = await Deno.makeTempDir();
    for (const event of [...run("a", "plain", 1), ...run("b", "wide", 2)]) store.add(event);
    const server = serveLive(store, { port: 0 });
    await Deno.writeTextFile(`${folder}/third.html`, await savedPage(run("c", "third", 3)));
    await Deno.writeTextFile(`${folder}/wrong.json`, '{"loss": 1}');
    try {
      await using page = await Page.open(chromium!, server.address, { webgpu: false });
      await size(page, 1280);
      await until(page, /wide: done/);
      const choose = (which: number, value: string) =>
        page.evaluate(
          `(s => (s.value = "${value}", s.dispatchEvent(new Event("change"))))(document.querySelectorAll("select")[${which}])`,
        );
      await choose(0, "a");
      await choose(1, "b");
      const said = await until(page, /To run them again: 1 of 6 differ/);
      assert.match(said, /seed\s+differs\s+1\s+2/);
      assert.match(said, /Training loss of A less that of B/);
      assert.match(said, /0\s+valid\s+0\.81\s+0\.82\s+-0\.01/);
      assert.match(said, /Diagnosis of B\s+1 ReLU: unit 2 is off/);
      assert.match(said, /histogram over time, of B/);
      await hover(page, 0.5, /step 200: A plain \d\.\d+, B wide \d\.\d+/);
      await drag(page, 0.25, 0.5);
      // Of every chart over steps.
      const zoomed = await until(page, /steps 100 to 200: A plain \d\.\d+ on average, \d\.\d+ to \d\.\d+; B wide/);
      assert.match(zoomed, /steps 100 to 200: mean of 11 steps -?\d/);
      await press(page, "Escape");
      await page.evaluate("document.querySelectorAll('canvas')[0].dispatchEvent(new MouseEvent('dblclick'))");
      await picture(page, "compare-wide", true);
      await size(page, 400);
      await scheme(page, "dark");
      assert.ok(await page.evaluate("document.documentElement.scrollWidth") as number <= 400);
      await picture(page, "compare-narrow-dark", true);
      await size(page, 1280);
      await server.close();

      const { root } = await page.send("DOM.getDocument") as { root: { nodeId: number } };
      const { nodeId } = await page.send("DOM.querySelector", { nodeId: root.nodeId, selector: "input[type=file]" });
      await page.send("DOM.setFileInputFiles", { nodeId, files: [`${folder}/wrong.json`] });
      await until(page, /wrong\.json: Cannot read runs: event 0: kind: expected one of run, points/);
      await page.send("DOM.setFileInputFiles", { nodeId, files: [`${folder}/third.html`] });
      // What is shown is compared with what came.
      const third = await until(page, /Diagnosis of B\s+1 ReLU: unit 3 is off/);
      assert.doesNotMatch(third, /wrong\.json/);
      const known = modelOf([...store.since(0), ...run("c", "third", 3)]);
      assert.deepEqual(JSON.parse(await downloaded(page, "All as JSON")), known);
      const lines = (await downloaded(page, "Losses as CSV")).split("\r\n");
      assert.equal(lines.length, 1 + 3 * 400 + 1);
      const saved = await downloaded(page, "Save this page");
      assert.deepEqual(modelOf(await readSaved(saved)), known);
      await Deno.writeTextFile(`${folder}/saved.html`, saved);
      await page.send("Page.navigate", { url: `file://${folder}/saved.html` });
      await until(page, /third: done/);
      await choose(1, "b");
      await until(page, /Training loss of A less that of B/);
      // What was lost when the server went is Chromium's own message, not the page's.
      assert.deepEqual(page.complaints, []);
    } finally {
      await server.close().catch(() => {});
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: `the live page in Chromium: killed while a fit runs, and opened again, it shows all${note}`,
  ignore,
  fn: async () => {
    const store = new LiveStore(), all = run("a", "plain", 1), server = serveLive(store, { port: 0 });
    const losses = all.flatMap((event) => event.kind === "points" && event.series === "loss" ? event.values : []);
    const say = (from: number, to: number) =>
      store.add({ kind: "points", run: "a", series: "loss", from, values: losses.slice(from, to) });
    store.add(all[0]!);
    say(0, 100);
    {
      await using page = await Page.open(chromium!, server.address, { webgpu: false });
      await until(page, /plain: running/);
      page.send("Page.crash").catch(() => {}); // no answer comes
      say(100, 250);
    }
    say(250, 400);
    for (const event of all.slice(2)) store.add(event);
    await using page = await Page.open(chromium!, server.address, { webgpu: false });
    await until(page, /plain: done/);
    assert.deepEqual(
      JSON.parse(await downloaded(page, "All as JSON")),
      modelOf(
        all.filter((event) => !(event.kind === "points" && event.series === "lr")).concat(
          all.filter((event) => event.kind === "points" && event.series === "lr"),
        ),
      ),
    );
    await server.close();
  },
});

/** A node of the accessibility tree. */
interface Node {
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[];
}

Deno.test({
  name: `the live page in Chromium: all that takes the focus has a role and a name, and Tab comes to all of it${note}`,
  ignore,
  fn: async () => {
    const file = await Deno.makeTempFile({ suffix: ".html" });
    await Deno.writeTextFile(file, await savedPage([...run("a", "plain", 1), ...run("b", "wide", 2)]));
    try {
      await using page = await Page.open(chromium!, `file://${file}`, { webgpu: false });
      await size(page, 1280);
      await until(page, /wide: done/);
      const { nodes } = await page.send("Accessibility.getFullAXTree") as unknown as { nodes: Node[] };
      const focusable = nodes.filter(({ role, properties }) =>
        role?.value !== "RootWebArea" && properties?.some(({ name, value }) => name === "focusable" && value.value)
      );
      assert.deepEqual(focusable.filter(({ name }) => !name?.value).map(({ role }) => role?.value), []);
      const roles = new Set(nodes.map(({ role }) => role?.value));
      for (
        const role of [
          "main",
          "heading",
          "status",
          "application",
          "radio",
          "combobox",
          "table",
          "columnheader",
          "rowheader",
        ]
      ) {
        assert.ok(roles.has(role), `no ${role} among ${[...roles].join()}`);
      }
      const reached = new Set<string>();
      const name =
        "(e => e === document.body ? '' : e.tagName + (e.textContent || e.ariaLabel || e.type))(document.activeElement)";
      for (let i = 0; i < 60; i++) {
        await press(page, "Tab");
        reached.add(await page.evaluate(name) as string);
      }
      const all = (selector: string) =>
        page.evaluate(`document.querySelectorAll('${selector}').length`) as Promise<number>;
      // Of the layers, radio buttons, the chosen one is reached; arrows go on from there.
      const expected = await all("button, select, canvas, .scroll, input[type=file]") -
        await all("section[hidden] canvas") + 1;
      assert.equal([...reached].filter((name) => name !== "").length, expected, [...reached].join("\n"));
      assert.deepEqual(page.complaints, []);
    } finally {
      await Deno.remove(file);
    }
  },
});
