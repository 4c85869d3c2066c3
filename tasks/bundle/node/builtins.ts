/** Modules of Node that are loaded late in Deno; here they are at hand. */
import * as nodeCrypto from "node:crypto";
import * as nodeStream from "node:stream";
import * as nodeZlib from "node:zlib";

export const zlib = () => nodeZlib;
export const stream = () => nodeStream;
export const crypto = () => nodeCrypto;
