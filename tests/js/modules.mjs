// Lets Node find the product's modules by the names of the page's import map, which PLANWRIGHT_MODULES holds.

import { registerHooks } from "node:module";

const modules = JSON.parse(process.env.PLANWRIGHT_MODULES);

registerHooks({
  resolve(name, context, next) {
    return next(modules[name] ?? name, context);
  },
  load(url, context, next) {
    const isOurs = Object.values(modules).includes(url) || url.includes("/static/js/");
    return next(url, isOurs ? { ...context, format: "module" } : context);
  },
});
