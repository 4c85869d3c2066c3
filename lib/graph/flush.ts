export * from "../engine/flush.ts";
export * from "../engine/read.ts";
export { forgetPlans, planStatistics } from "../engine/plan/cache.ts";
