/** What made a run: versions, and the program's own text. */
import { VERSION } from "./version.ts";

/** Versions, and which script it is, with the start of its SHA-256 where this process may read it; of a browser, or of Node, what it calls itself. */
export async function originFacts(): Promise<Record<string, string>> {
  if (Deno.version.deno === "none") return { Sonde: VERSION, runtime: navigator.userAgent };
  return { Sonde: VERSION, Deno: Deno.version.deno, V8: Deno.version.v8, code: await (code ??= mainCode()) };
}

/** As it was when it was first asked for: that is nearer to what runs than a file that was edited since. */
let code: Promise<string> | undefined;

async function mainCode(): Promise<string> {
  if (Deno.permissions.querySync({ name: "read" }).state !== "granted") return `Sonde ${VERSION}`; // asking could prompt
  const main = Deno.mainModule;
  try {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await Deno.readFile(new URL(main))));
    return `${main}, SHA-256 ${
      Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("")
    }…`;
  } catch { // a notebook, or a module from elsewhere
    return main;
  }
}
