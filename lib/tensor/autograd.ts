/**
 * Gradients as values, and functions with gradients of their own.
 *
 * @module
 */
export { defineFunction, type FunctionDefinition, type FunctionGradients } from "./define_function.ts";
export { grad, type Gradients, type GradOptions } from "./grad.ts";
