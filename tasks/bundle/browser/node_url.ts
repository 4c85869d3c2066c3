/** The path of a `file:` address. */
export const fileURLToPath = (url: string | URL): string => decodeURIComponent(new URL(url).pathname);
