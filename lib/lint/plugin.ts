// What Deno's linter and ESLint share: the plugin is written against this.

/** Makes changes of the text. */
export interface Fixer {
  /** Replaces what stands in a range, which may be empty. */
  replaceTextRange(range: [start: number, end: number], text: string): unknown;
}

/** What a rule finds. */
export interface Report {
  /** Where it is. */
  // deno-lint-ignore no-explicit-any -- each linter has its own type for a node.
  node: any;
  /** What is wrong, and what to write instead. */
  message: string;
  /** Mends it. Absent if there is more than one way, or if it could break the program. */
  // deno-lint-ignore no-explicit-any -- and for a fix.
  fix?(fixer: Fixer): any;
}

/** What a linter hands to a rule. */
export interface RuleContext {
  /** The file's path. */
  readonly filename: string;
  /** Has its `text`: ESLint's type allows for files that have none. */
  readonly sourceCode: object;
  /** Reports a finding. */
  report(report: Report): void;
}

/** Is called for each node of a type, in the order of the text. */
// deno-lint-ignore no-explicit-any -- each linter has its own type for a node.
export type Visitor = Record<string, (node: any) => void>;

/** A rule. */
export interface Rule {
  /** For ESLint, which fixes nothing unless it is told. */
  meta: { type: "problem"; fixable: "code"; schema: []; docs: { description: string } };
  /** Begins a file. */
  create(context: RuleContext): Visitor;
}

/** A plugin for Deno's linter and for ESLint. */
export interface Plugin {
  /** What stands before the names of its rules. */
  name: string;
  /** The rules. Deno uses all of them. */
  rules: Record<string, Rule>;
  /** For ESLint. */
  configs: {
    /** All rules, as errors. */
    recommended: {
      name: string;
      plugins: Record<string, Pick<Plugin, "name" | "rules">>;
      rules: Record<string, "error">;
    };
  };
}
