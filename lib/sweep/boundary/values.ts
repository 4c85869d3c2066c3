/**
 * The parts that the forms of messages and stored rows are made of.
 *
 * @module
 */
import * as v from "npm:valibot@1";
import type { Value } from "../errors.ts";
import type { Params } from "../plan.ts";
import { IDENTITY, isMetricName, isParameterName, MAX_TEXT, METRIC_NAME, SWEEP_NAME } from "./patterns.ts";

/** A text of bounded length. */
export const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

/** A finite number: JSON itself can write one that is not, as `1e999`. */
export const finite = v.pipe(v.number(), v.finite());

/** A whole number between two bounds. */
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));

export const identity = v.pipe(v.string(), v.regex(IDENTITY));
export const sweepName = v.pipe(v.string(), v.regex(SWEEP_NAME));

/** Seconds above 0. */
export const duration = v.pipe(finite, v.gtValue(0));

const parameterName = v.pipe(v.string(), v.check(isParameterName, "a parameter's name"));
const metricName = v.pipe(v.string(), v.check(isMetricName, METRIC_NAME));

const value: v.GenericSchema<unknown, Value> = v.union([text(MAX_TEXT), finite, v.boolean(), v.null()]);

/** A trial's parameters. */
export const params: v.GenericSchema<unknown, Params> = v.record(parameterName, value);

/** Values of each parameter, or the distribution in words. */
export const axes = v.record(parameterName, v.union([v.array(value), text(MAX_TEXT)]));

/** Metrics by name; null where a value was not finite. */
export const metrics = v.record(metricName, v.nullable(finite));

/** Texts by short names. */
export const texts = (most: number) => v.record(v.pipe(text(500), v.nonEmpty()), text(most));
