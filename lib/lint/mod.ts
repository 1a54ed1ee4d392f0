/**
 * A plugin for Deno's linter, which ESLint 9 and later take, too. It finds coroutines that are made
 * and not run.
 *
 * | Rule | Finds |
 * | --- | --- |
 * | `tenfold/no-floating-coroutine` | `sleep(1000);`, `queue.put(1);`, `work();`: a coroutine that nothing runs |
 * | `tenfold/no-await-coroutine` | `await sleep(1000)`, `Promise.all([work()])`: a coroutine in place of a promise |
 * | `tenfold/require-yield-star` | `yield sleep(1000)` in a coroutine |
 * | `tenfold/no-swallowed-cancel` | a `catch` in a loop that takes a cancel for a failure, and goes on |
 *
 * @example In `deno.json`
 * ```json
 * { "lint": { "plugins": ["./loop/lint/mod.ts"] } }
 * ```
 *
 * @example In `eslint.config.js`
 * ```js ignore
 * import tenfold from "@tenfold/loop/lint";
 *
 * export default [tenfold.configs.recommended];
 * ```
 *
 * @module
 */
import type { Plugin } from "./plugin.ts";
import { rules } from "./rules.ts";

export type { Fixer, Plugin, Report, Rule, RuleContext, Visitor } from "./plugin.ts";

const name = "tenfold";

/** The plugin. */
const plugin: Plugin = {
  name,
  rules,
  configs: {
    recommended: {
      name: `${name}/recommended`,
      plugins: {},
      rules: Object.fromEntries(Object.keys(rules).map((rule) => [`${name}/${rule}`, "error"])),
    },
  },
};
plugin.configs.recommended.plugins[name] = plugin;

export default plugin;
