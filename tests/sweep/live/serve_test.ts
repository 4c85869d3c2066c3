import assert from "node:assert/strict";
import type { SweepLiveEvent } from "../../../lib/sweep/live/events.ts";
import { SweepPage } from "../../../lib/sweep/live/serve.ts";
import { Store } from "../../../lib/sweep/store.ts";
import { Listener } from "../../live/stream.ts";
import { withFolder } from "../helpers.ts";
import { code, done, plan } from "./helpers.ts";

/** The last that was said of each thing, in any order. */
function known(events: readonly SweepLiveEvent[]): string[] {
  const last = new Map(events.map((event) => {
    const key = event.kind === "trial"
      ? event.id
      : event.kind === "curve"
      ? `${event.trial} ${event.name}`
      : event.kind;
    return [key, JSON.stringify(event)];
  }));
  return [...last.values()].sort();
}

Deno.test("SweepPage: pages that come early and late see the same; at the end they have the report", () =>
  withFolder(async (folder) => {
    using store = await Store.open(folder, plan, code);
    const page = new SweepPage(folder, 0), early = new Listener<SweepLiveEvent>(page.address);
    await early.until((events) => events.length > plan.trials.length);
    const until = (listener: Listener<SweepLiveEvent>, n: number) =>
      listener.until((events) =>
        events.filter((event) => event.kind === "trial" && event.status === "done").length >= n
      );
    for (const [i, { id }] of plan.trials.slice(0, 6).entries()) {
      store.start(id);
      store.settle(id, done(i, 0.5 + i / 20));
    }
    await until(early, 6);
    const late = new Listener<SweepLiveEvent>(page.address);
    await until(late, 6);
    const saved = await fetch(new URL("report.html", page.address)), text = await saved.text();
    assert.match(saved.headers.get("content-disposition")!, /^attachment/);
    assert.match(text, /6 done, 6 pending/);
    assert.match(text, /Configurations/);
    await page.end("interrupted");
    for (const one of [early, late]) await one.until((events) => events.some(({ kind }) => kind === "end"));
    assert.deepEqual(known(early.events), known(late.events));
    const end = late.events.find((event) => event.kind === "end")!;
    assert.equal(end.how, "interrupted");
    assert.match(end.report, /^<!doctype html>[\s\S]*by-hand[\s\S]*6 done, 6 pending/i);
    await Promise.all([early.close(), late.close()]);
  }));

Deno.test("SweepPage: other hosts and other sites' pages are refused, and nothing can be asked for", () =>
  withFolder(async (folder) => {
    using _store = await Store.open(folder, plan, code);
    const page = new SweepPage(folder, 0), { port } = new URL(page.address);
    const status = async (...lines: string[]) => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      await connection.write(new TextEncoder().encode([...lines, "Connection: close", "", ""].join("\r\n")));
      const buffer = new Uint8Array(100), length = await connection.read(buffer);
      return Number(new TextDecoder().decode(buffer.subarray(0, length ?? 0)).split(" ")[1]);
    };
    const host = `Host: 127.0.0.1:${port}`;
    assert.equal(await status("GET / HTTP/1.1", host), 200);
    assert.equal(await status("GET / HTTP/1.1", "Host: evil.example"), 403);
    assert.equal(await status("GET /events HTTP/1.1", host, "Origin: http://evil.example"), 403);
    assert.equal(await status("GET /report.html HTTP/1.1", "Host: evil.example"), 403);
    assert.equal(
      await status("POST /control HTTP/1.1", host, `Origin: http://127.0.0.1:${port}`, "X-Sonde-Token: "),
      403,
    );
    await page.close();
  }));
