import assert from "node:assert/strict";
import { html, htmlTable, page } from "../../lib/plot/html.ts";

Deno.test("html``: escapes what is inserted, but not what is HTML already", () => {
  const inner = html`<b>${"<&>\"'"}</b>`;
  assert.equal(
    String(html`<p title="${'"x"'}">${inner}${[inner, 1]}${false}${undefined}</p>`),
    `<p title="&quot;x&quot;"><b>&lt;&amp;&gt;&quot;&#39;</b><b>&lt;&amp;&gt;&quot;&#39;</b>1</p>`,
  );
});

Deno.test("htmlTable(): escapes its cells", () => {
  assert.match(String(htmlTable(["<a>"], [["<b>"]])), /<th[^>]*>&lt;a&gt;<\/th>.*<td[^>]*>&lt;b&gt;<\/td>/s);
});

Deno.test("page(): a whole document with its style inside", () => {
  const text = page({ title: "A & B", body: html`<p>text</p>` });
  assert.match(text, /^<!doctype html>/);
  assert.match(text, /<title>A &amp; B<\/title>/);
});

Deno.test("page(): what is wider than its card scrolls, and has a shadow where there is more", () => {
  const text = page({ title: "t", body: html`` });
  const [, background] = /\.scroll\{overflow-x:auto;background:([^}]*)\}/.exec(text)!;
  assert.deepEqual(background!.match(/no-repeat (local|scroll)/g)!.map((word) => word.slice(10)), [
    "local",
    "local",
    "scroll",
    "scroll",
  ]);
});
