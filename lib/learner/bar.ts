/** A progress bar in the terminal: that of cli-progress (npm), loaded when the first is shown. */

/** The part of a cli-progress bar that is used. (The package's published types bring Node's globals with them, which clash with Deno's.) */
export interface Bar {
  start(total: number, value: number, payload: Record<string, string>): void;
  update(value: number, payload: Record<string, string>): void;
  stop(): void;
  /** When it was started, in milliseconds since 1970. */
  startTime: number;
}

/** Not a literal in import(): Deno would download the package of a literal when the program starts, needed or not. */
const CLI_PROGRESS = "npm:cli-progress@3.12.0";

/**
 * A bar, or undefined if its package cannot be loaded: progress is never worth failing for.
 *
 * @param format what it shows, in cli-progress's words: `{bar} {value}/{total} {name}`
 */
export async function openBar(format: string): Promise<Bar | undefined> {
  try {
    const { default: { Presets, SingleBar } } = await import(CLI_PROGRESS);
    return new SingleBar({
      format,
      clearOnComplete: true,
      hideCursor: false, // the process may end at any moment: leave the terminal's state alone
      linewrap: true,
      gracefulExit: false, // the Learner listens to SIGINT itself
      barsize: 20,
      fps: 10,
    }, Presets.shades_classic);
  } catch {
    return undefined;
  }
}
