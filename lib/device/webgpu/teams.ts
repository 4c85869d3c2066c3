/**
 * Teams: invocations of a workgroup that fold a number each into one, pairwise, the far half onto the near one until one is left.
 *
 * By shared memory each round takes a barrier. Where subgroups exchange registers (see adapter.ts), the rounds whose partners are in one subgroup
 * take none. These rounds pair the same members in the same order, so that results have the same bits with subgroups of any size, and without:
 * `subgroupAdd` leaves the order to the implementation.
 */
import { type Declaration, declarationsOf } from "./declarations.ts";

/** How members fold. */
export interface Team {
  /** Of the WGSL function, `name(own, local, members, stride)`: the invocation at `local` is member `local / stride % members` of its team; both numbers are powers of two. The first member gets what the team has, others anything. */
  readonly name: string;
  readonly type: string;
  /** The array in workgroup memory, with a place for each invocation. */
  readonly memory: string;
  /** The WGSL function of two. */
  readonly fold: string;
}

const headOf = ({ name, type }: Team) => `fn ${name}(own: ${type}, local: u32, members: u32, stride: u32) -> ${type} {`;

/** WGSL of rounds through shared memory, as long as `more`. */
const sharedRounds = ({ memory, fold }: Team, more: string, indent: string) =>
  [
    `${memory}[local] = own;`,
    `for (; ${more}; half /= 2u) {`,
    "  workgroupBarrier();",
    "  if (local / stride % members < half) {",
    `    ${memory}[local] = ${fold}(${memory}[local], ${memory}[local + half * stride]);`,
    "  }",
    "}",
  ].map((line) => indent + line).join("\n");

/** WGSL of a team's fold through shared memory. All invocations of a workgroup must call it at once. */
export function teamText(team: Team): string {
  return `${headOf(team)}
  var half = members / 2u;
${sharedRounds(team, "half > 0u", "  ")}
  return ${team.memory}[local];
}`;
}

/** The same function, whose last rounds are by subgroups of at least `size`. */
function subgroupText(team: Team, size: number, partner: string): string {
  const far = `half * stride >= ${size}u`;
  return `${headOf(team)}
  var half = members / 2u;
  var mine = own;
  if (${far}) {
${sharedRounds(team, far, "    ")}
    mine = ${team.memory}[local];
  }
  for (; half > 0u; half /= 2u) {
    mine = ${team.fold}(mine, ${partner});
  }
  return mine;
}`;
}

/** A team's fold as {@linkcode teamText} has it, whatever the names: in a bundle, they have numbers behind them. */
const TEAM_TEXT = new RegExp(
  teamText({ name: "@name", type: "@type", memory: "@memory", fold: "@fold" })
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(
      /@(\w+)/g,
      (_, name, at, text) => text.indexOf(`@${name}`) === at ? `(?<${name}>[\\w<>]+)` : `\\k<${name}>`,
    ),
  "g",
);

/** WGSL of the partner's number of a type, member by member if it is a struct. */
function partnerOf(type: string, declarations: ReadonlyMap<string, Declaration>): string {
  const exchanged = (member: string) => `subgroupShuffleXor(mine${member}, half * stride)`;
  const { kind, text = "" } = declarations.get(type) ?? {};
  if (kind === "alias") return partnerOf(/=\s*([\w<>]+)/.exec(text)![1]!, declarations);
  if (kind !== "struct") return exchanged("");
  return `${type}(${Array.from(text.matchAll(/(\w+)\s*:/g), ([, member]) => exchanged(`.${member}`)).join(", ")})`;
}

/**
 * The text of a module for subgroups.
 * @param size how many invocations in a row are in one subgroup at least, a power of two; 1 leaves the text as it is
 */
export function withSubgroups(code: string, size: number): string {
  if (size === 1 || !code.match(TEAM_TEXT)) return code;
  const declarations = declarationsOf(code);
  const text = code.replace(TEAM_TEXT, (...match) => {
    const team = match.at(-1) as Team;
    return subgroupText(team, size, partnerOf(team.type, declarations));
  });
  return `enable subgroups;\n${text}`;
}
