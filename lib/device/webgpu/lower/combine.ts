/** Adds the parts of products whose depth was cut. */
import combineText from "../../../../kernels/webgpu/combine.wgsl" with { type: "text" };
import type { Operand } from "../../operand.ts";
import { ceilDiv, constantsText, type Dispatch, Fields, powerOfTwoAtLeast, WORKGROUP } from "../module.ts";
import { join, segmented } from "../segments.ts";
import { teamText } from "../teams.ts";

/** Most invocations that add the parts of an element. */
const MOST_TEAM = 32;

const SUM_OF_TEAM = teamText({ name: "sumOfTeam", type: "f32", memory: "sums", fold: "sumOf" });

/** Where results lie: how far apart neighbours are. */
export interface Order {
  readonly batchStride: number;
  readonly rowStride: number;
  /** Columns in a row come in runs of so many. */
  readonly run: number;
  readonly columnStride: number;
  readonly runStride: number;
}

/** The parts in scratch memory: each has rows of `partColumns` words, of which `columns` are results. */
export interface Parts {
  readonly parts: number;
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly partColumns: number;
  readonly output: Operand;
  readonly order: Order;
  /** Where the results of column `ones` go, if there is one. */
  readonly sums: Operand | undefined;
  readonly ones: number;
}

export function combine({ parts, batches, rows, columns, partColumns, output, order, sums, ones }: Parts): Dispatch {
  const team = Math.min(MOST_TEAM, powerOfTwoAtLeast(ceilDiv(parts, 8))), count = batches * rows * partColumns;
  const fields = new Fields().constants({ first: 0, count, parts, team, rows, partColumns, columns, ones, ...order })
    .scratch("scratch").address("output", output).address("sums", sums ?? output);
  const definitions = `${constantsText({ WORKGROUP })}\n${SUM_OF_TEAM}`;
  const merge = segmented({ text: combineText, definitions }, fields);
  const dispatch = {
    label: "combine",
    code: merge.code,
    fields: fields.list,
    workgroups: ceilDiv(count * team, WORKGROUP),
    scratch: parts * count,
    merge,
    beside: { threads: WORKGROUP, grows: false, memory: { "combine sums": 4 * WORKGROUP }, heap: "u32" },
  } as const;
  const access = { reads: [], writes: sums ? [output, sums] : [output], scratch: "takes" } as const;
  return { ...join([dispatch]), merge, access };
}
