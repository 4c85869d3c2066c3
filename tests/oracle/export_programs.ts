/**
 * Prints random programs as JSON lines, for tests/goldens/run_programs.py:
 *
 *     deno run tests/oracle/export_programs.ts 0 505 | /usr/bin/python3 tests/goldens/run_programs.py
 */
import { randomProgram } from "./random_program.ts";

const [from = 0, to = 505] = Deno.args.map(Number);
for (let seed = from; seed < to; seed++) console.log(JSON.stringify(randomProgram(seed, { torch: true })));
