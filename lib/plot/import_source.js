// In JavaScript, as TypeScript cannot parse it yet: imports WebAssembly as a module that is not instantiated, which needs no permission.
export const importSource = (name) => import.source(name);
