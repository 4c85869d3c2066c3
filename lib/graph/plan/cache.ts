export * from "../../engine/plan/cache.ts";
