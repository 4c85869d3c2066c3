/**
 * Permissions as options of Deno.
 *
 * @module
 */

/** What a process may do, in the words of Deno's options. */
export interface Permissions {
  /** Files and folders. */
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  /** Hosts, with their ports where only those are meant. */
  readonly net?: readonly string[];
  /** Environment variables. */
  readonly env?: readonly string[];
  /** Programs. */
  readonly run?: readonly string[];
  /** Hosts of modules. */
  readonly imports?: readonly string[];
}

/**
 * Deno's options for these permissions.
 *
 * @throws {RangeError} for a name with a comma in it: an option takes it for two, and may give more than was meant
 */
export function flags(permissions: Permissions): string[] {
  const option = (name: string, values: readonly string[] = []) => {
    const odd = values.find((value) => value.includes(",") || value === "");
    if (odd !== undefined) {
      throw new RangeError(
        `Cannot give Deno the permission ${name} for "${odd}": its options cannot hold a name with a comma. Choose or make another name`,
      );
    }
    return values.length > 0 ? [`--allow-${name}=${values.join(",")}`] : [];
  };
  const { read, write, net, env, run, imports } = permissions;
  return [
    "--no-prompt",
    ...option("read", read),
    ...option("write", write),
    ...option("net", net),
    ...option("env", env),
    ...option("run", run),
    ...(imports && imports.length > 0 ? option("import", imports) : ["--no-remote"]),
  ];
}
