export * from "../engine/backward.ts";
