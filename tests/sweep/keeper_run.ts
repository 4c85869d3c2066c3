/** Keeps runs in the folder of its first argument, as many as its second says, and says when each was kept. */
import { keepRuns } from "../../lib/sweep/kept_runs.ts";

const [folder, count, name] = Deno.args as [string, string, string];
for (let i = 0; i < Number(count); i++) {
  const steps = Array.from({ length: 200 }, (_, step) => [step, "batch loss", 1 / (step + 1)] as const);
  const metrics = { "eval loss": i };
  const record = {
    status: "done" as const,
    metrics,
    steps,
    error: null,
    environment: null,
    began: new Date().toISOString(),
    seconds: 1,
  };
  await keepRuns(folder, [{ params: { run: name }, seed: i, record }]);
  console.log(i);
}
