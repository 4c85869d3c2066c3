/**
 * Trials that go wrong in every way.
 *
 * @module
 */
import { defineSweep } from "../../../lib/sweep/plan.ts";

const never = new Promise<never>(() => {});

export default defineSweep({
  name: "troubles",
  grid: {
    what: [
      "well",
      "throws",
      "nan",
      "nothing",
      "text",
      "twice",
      "forgets",
      "diverges",
      "kept-twice",
      "waits",
      "spins",
      "exits",
      "closes",
      "unshowable",
      "odd-name",
      "escapes",
    ],
  },
  attempts: 2,
  // So long that a slow machine does in it what a trial that is well does in no time.
  timeout: 4,
  stall: 4,
  diverging: ["loss"],
  trial: async ({ what }, ctx) => {
    console.log("this is no message of the protocol");
    switch (what) {
      case "throws":
        throw new Error("the layer is missing");
      case "nan":
        return { accuracy: NaN };
      case "nothing":
        return undefined as unknown as { accuracy: number };
      case "text":
        return { accuracy: "0.5" as unknown as number };
      case "twice":
        return { what: 1 };
      case "forgets":
        Promise.reject(new Error("nobody waits for this"));
        await new Promise((resolve) => setTimeout(resolve, 10));
        return { accuracy: 0.25 };
      case "diverges":
        return { accuracy: 0.1, loss: Infinity };
      case "kept-twice":
        await ctx.keep("note", "a");
        await ctx.keep("note", "b");
        return { accuracy: 1 };
      case "waits":
        return await never;
      case "spins":
        for (;;);
      case "exits":
        Deno.exit(3);
        return await never;
      case "closes":
        self.close();
        return await never;
      case "unshowable":
        throw {
          toString() {
            throw 1;
          },
        };
      case "odd-name":
        return { "accuracy\u0000": 1 };
      case "escapes":
        throw new Error("\x1b]0;owned\x07\x1b[2J the screen");
      default:
        return { accuracy: 0.5 };
    }
  },
});
