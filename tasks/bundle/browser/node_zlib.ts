/** Compression that a page does not do at once, as Node does: charts as PNG and gzipped files of data sets. */
const refuse = (what: string): never => {
  throw new Error(`Cannot ${what} in a browser`);
};

export const crc32 = () => refuse("write a PNG");
export const deflateSync = () => refuse("write a PNG");
export const createGunzip = () => refuse("read a gzipped file");
