import assert from "node:assert/strict";
import { download } from "../../lib/data/download.ts";

Deno.test("download() gives up on a server that falls silent", async () => {
  const fetch = (_: string, { signal }: { signal: AbortSignal }) =>
    new Promise<Response>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  await assert.rejects(download("http://example.org/a", "a", { fetch, patience: 20 }), /no answer for 0\.02 s/);
});
