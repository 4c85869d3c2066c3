/**
 * Tries everything, and prints what it was let do: `probe.ts OUT BESIDE`.
 *
 * @module
 */
const [out = "", beside = ""] = Deno.args;
const attempts: Record<string, () => unknown> = {
  "read-out": () => [...Deno.readDirSync(out)],
  "write-out": () => Deno.writeTextFileSync(`${out}/file`, "x"),
  "read-beside": () => [...Deno.readDirSync(beside)],
  "write-beside": () => Deno.writeTextFileSync(`${beside}/file`, "x"),
  "read-etc": () => Deno.readTextFileSync("/etc/passwd"),
  "read-checkout": () => Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
  "write-checkout": () => Deno.writeTextFileSync(new URL("./probed", import.meta.url), "x"),
  "env-SONDE_DEBUG": () => Deno.env.get("SONDE_DEBUG"),
  "env-HOME": () => Deno.env.get("HOME"),
  "env-NATS_PASSWORD": () => Deno.env.get("NATS_PASSWORD"),
  "net": () => Deno.listen({ port: 0, hostname: "127.0.0.1" }).close(),
  "run": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).outputSync(),
  "run-sh": () => new Deno.Command("sh", { args: ["-c", "true"] }).outputSync(),
};
const done = Object.entries(attempts).flatMap(([name, attempt]) => {
  try {
    attempt();
    return [name];
  } catch {
    return [];
  }
});
console.log(JSON.stringify(done));
