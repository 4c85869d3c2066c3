/** Reading the environment without asking for permission. */

/** An environment variable, or undefined if it is unset or reading it would need a permission that was not given. */
export function environmentVariable(name: string): string | undefined {
  const state = Deno.permissions.querySync({ name: "env", variable: name }).state;
  return state === "granted" ? Deno.env.get(name) || undefined : undefined;
}
