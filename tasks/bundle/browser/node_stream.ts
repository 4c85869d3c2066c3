/** Only what reads gzipped files of data sets asks for it. */
export const Readable = undefined;
