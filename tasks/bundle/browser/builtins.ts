/** What a page does not do at once, as Node does: charts as PNG, gzipped files of data sets, and saved pages. */
const refuse = (what: string) => (): never => {
  throw new Error(`Cannot ${what} in a browser`);
};

export const stream = refuse("read a gzipped file");
export const zlib = refuse("write a PNG");
export const crypto = refuse("write a report");
