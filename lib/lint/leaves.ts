import type { Node } from "./syntax.ts";

/**
 * Whether a statement in a loop leaves the loop: by `throw`, `return` or `break`, on all its paths,
 * or on one that is chosen by looking at the error that was caught.
 *
 * @param looks Whether a test looks at the error.
 */
export function leaves(statement: Node, looks: (test: Node) => boolean, canBreak = true): boolean {
  switch (statement.type) {
    case "ThrowStatement":
    case "ReturnStatement":
      return true;
    case "BreakStatement":
      return canBreak || Boolean(statement.label);
    case "BlockStatement":
      return statement.body.some((each) => leaves(each, looks, canBreak));
    case "IfStatement": {
      const { test, consequent, alternate } = statement;
      const branches = [leaves(consequent, looks, canBreak)];
      branches.push(Boolean(alternate) && leaves(alternate!, looks, canBreak));
      return looks(test) ? branches.includes(true) : !branches.includes(false);
    }
    case "SwitchStatement": {
      const { discriminant, cases } = statement;
      return looks(discriminant) &&
        cases.some(({ consequent }) => consequent.some((each) => leaves(each, looks, false)));
    }
    case "TryStatement":
      return leaves(statement.block, looks, canBreak) ||
        Boolean(statement.finalizer) && leaves(statement.finalizer!, looks, canBreak);
  }
  return false;
}
