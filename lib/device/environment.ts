/** Reading the environment without asking for permission. */

/** An environment variable, or undefined if it is unset or reading it would need a permission that was not given. */
export function environmentVariable(name: string): string | undefined {
  return mayRead(name) ? Deno.env.get(name) || undefined : undefined;
}

/** Whether an environment variable may be read. */
export function mayRead(name: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable: name }).state === "granted";
}
