export * from "../engine/storage.ts";
