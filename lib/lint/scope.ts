import { type AnyFunction, type Export, isFunction, nameOf, type Node } from "./syntax.ts";

// Where a name is declared. ESLint could say it, Deno's linter can't.

/** What declares a name, and for a parameter, whose it is. */
export interface Declaration {
  /** A specifier, function, class or declarator; or the pattern of a parameter or of a `catch`. */
  node: Node;
  /** Whether it keeps its first value: a `const`, an import, a function, a class, a parameter. */
  isConstant: boolean;
  /** The function whose parameter it is. */
  parameterOf?: AnyFunction;
}

/** Finds what declares a name where a node stands. A `var` in an inner block is not found. */
export function declarationOf(name: string, at: Node): Declaration | undefined {
  for (let scope = at.parent; scope; scope = scope.parent) {
    const found = declaredIn(scope, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function declaredIn(scope: Node, name: string): Declaration | undefined {
  if (isFunction(scope)) {
    const param = scope.params.find((param) => binds(param, name));
    if (param !== undefined) return { node: param, isConstant: true, parameterOf: scope };
    // A declaration is in the scope around it.
    if (scope.type === "FunctionExpression" && nameOf(scope.id ?? undefined) === name) {
      return { node: scope, isConstant: true };
    }
    return undefined;
  }
  switch (scope.type) {
    case "Program":
    case "BlockStatement":
    case "TSModuleBlock":
      return declaredBy(scope.body, name);
    case "StaticBlock":
      return Array.isArray(scope.body) ? declaredBy(scope.body, name) : undefined;
    case "SwitchStatement":
      return declaredBy(scope.cases.flatMap(({ consequent }) => consequent), name);
    case "ForStatement":
      return scope.init ? declaredBy([scope.init], name) : undefined;
    case "ForInStatement":
    case "ForOfStatement":
      return scope.left ? declaredBy([scope.left], name) : undefined;
    case "CatchClause":
      if (!scope.param || !binds(scope.param, name)) return undefined;
      return { node: scope.param, isConstant: false };
    case "ClassExpression":
      return nameOf(scope.id ?? undefined) === name ? { node: scope, isConstant: true } : undefined;
  }
  return undefined;
}

function declaredBy(statements: readonly Node[], name: string): Declaration | undefined {
  for (const statement of statements) {
    const node = isExport(statement) && statement.declaration ? statement.declaration : statement;
    switch (node.type) {
      case "ImportDeclaration":
        for (const specifier of node.specifiers) {
          if (specifier.local.name === name) return { node: specifier, isConstant: true };
        }
        break;
      case "VariableDeclaration":
        for (const declarator of node.declarations) {
          if (!binds(declarator.id, name)) continue;
          return { node: declarator, isConstant: node.kind !== "let" && node.kind !== "var" };
        }
        break;
      case "FunctionDeclaration":
      case "TSDeclareFunction":
      case "ClassDeclaration":
      case "TSEnumDeclaration":
      case "TSImportEqualsDeclaration":
      case "TSModuleDeclaration":
        if (nameOf(node.id ?? undefined) === name) return { node, isConstant: true };
    }
  }
  return undefined;
}

function isExport(node: Node): node is Export {
  return node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration";
}

function binds(pattern: Node, name: string): boolean {
  switch (pattern.type) {
    case "Identifier":
      return pattern.name === name;
    case "ObjectPattern":
      return pattern.properties.some((property) => binds(property, name));
    case "Property":
      return binds(pattern.value, name);
    case "ArrayPattern":
      return pattern.elements.some((element) => element !== null && binds(element, name));
    case "AssignmentPattern":
      return binds(pattern.left, name);
    case "RestElement":
      return binds(pattern.argument, name);
    case "TSParameterProperty":
      return binds(pattern.parameter, name);
  }
  return false;
}
