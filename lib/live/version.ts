/** The version of the library, as deno.json has it: browsers cannot import that file's one word alone. */
export const VERSION = "0.1.0";
