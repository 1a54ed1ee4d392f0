// The syntax tree that Deno's linter and ESLint hand to a plugin: ESTree's, with TypeScript's
// types in it. Here is only what the rules look at.

/** Where something stands: the offsets of its first character and of the one after its last. */
export type Range = [start: number, end: number];

interface Base {
  range: Range;
  parent: Node;
}

interface Identifier extends Base {
  type: "Identifier";
  name: string;
  typeAnnotation?: TypeAnnotation | null;
}

interface PrivateIdentifier extends Base {
  type: "PrivateIdentifier";
  name: string;
}

interface Literal extends Base {
  type: "Literal";
  value: unknown;
}

interface TypeAnnotation extends Base {
  type: "TSTypeAnnotation";
  typeAnnotation: Node;
}

interface TypeReference extends Base {
  type: "TSTypeReference";
  typeName: Node;
}

export interface Call extends Base {
  type: "CallExpression" | "NewExpression";
  callee: Node;
  arguments: Node[];
}

interface Member extends Base {
  type: "MemberExpression";
  object: Node;
  property: Node;
  computed: boolean;
}

/** An expression around another one that does not change its value. */
interface Wrapper extends Base {
  type:
    | "ChainExpression"
    | "ParenthesizedExpression"
    | "TSAsExpression"
    | "TSNonNullExpression"
    | "TSSatisfiesExpression"
    | "TSTypeAssertion";
  expression: Node;
}

interface Conditional extends Base {
  type: "ConditionalExpression";
  consequent: Node;
  alternate: Node;
}

interface Logical extends Base {
  type: "LogicalExpression";
  left: Node;
  right: Node;
}

interface Sequence extends Base {
  type: "SequenceExpression";
  expressions: Node[];
}

interface ArrayLiteral extends Base {
  type: "ArrayExpression";
  elements: (Node | null)[];
}

export interface Await extends Base {
  type: "AwaitExpression";
  argument: Node;
}

export interface Yield extends Base {
  type: "YieldExpression";
  argument?: Node | null;
  delegate: boolean;
}

export interface ExpressionStatement extends Base {
  type: "ExpressionStatement";
  expression: Node;
}

/** A function of any kind; `TSDeclareFunction` is an overload. */
export interface AnyFunction extends Base {
  type:
    | "FunctionDeclaration"
    | "FunctionExpression"
    | "ArrowFunctionExpression"
    | "TSDeclareFunction"
    | "TSEmptyBodyFunctionExpression";
  id?: Identifier | null;
  params: Node[];
  body?: Node | null;
  async: boolean;
  generator?: boolean;
  returnType?: TypeAnnotation | null;
}

export interface AnyClass extends Base {
  type: "ClassDeclaration" | "ClassExpression";
  id?: Identifier | null;
  superClass?: Node | null;
  body: ClassBody;
}

interface ClassBody extends Base {
  type: "ClassBody";
  body: Node[];
}

interface Method extends Base {
  type: "MethodDefinition" | "TSAbstractMethodDefinition";
  key: Node;
  value: Node;
  kind: string;
}

interface Field extends Base {
  type: "PropertyDefinition";
  key: Node;
  value?: Node | null;
  typeAnnotation?: TypeAnnotation | null;
}

interface Variables extends Base {
  type: "VariableDeclaration";
  kind: string;
  declarations: Declarator[];
}

export interface Declarator extends Base {
  type: "VariableDeclarator";
  id: Node;
  init?: Node | null;
}

export interface Import extends Base {
  type: "ImportDeclaration";
  importKind?: string;
  source: Literal & { value: string };
  specifiers: ImportSpecifier[];
}

export interface ImportSpecifier extends Base {
  type: "ImportSpecifier" | "ImportDefaultSpecifier" | "ImportNamespaceSpecifier";
  local: Identifier;
  imported?: Identifier | Literal;
  importKind?: string;
}

export interface Export extends Base {
  type: "ExportNamedDeclaration" | "ExportDefaultDeclaration";
  declaration?: Node | null;
}

interface Block extends Base {
  type: "Program" | "BlockStatement" | "TSModuleBlock";
  body: Node[];
}

/** In Deno its body is a block, in ESLint the statements. */
interface StaticBlock extends Base {
  type: "StaticBlock";
  body: Block | Node[];
}

interface Loop extends Base {
  type:
    | "ForStatement"
    | "ForInStatement"
    | "ForOfStatement"
    | "WhileStatement"
    | "DoWhileStatement";
  init?: Node | null;
  left?: Node;
}

interface Switch extends Base {
  type: "SwitchStatement";
  discriminant: Node;
  cases: { consequent: Node[] }[];
}

interface If extends Base {
  type: "IfStatement";
  test: Node;
  consequent: Node;
  alternate?: Node | null;
}

export interface Try extends Base {
  type: "TryStatement";
  block: Block;
  handler?: Catch | null;
  finalizer?: Block | null;
}

export interface Catch extends Base {
  type: "CatchClause";
  param?: Node | null;
  body: Block;
}

interface Jump extends Base {
  type: "ThrowStatement" | "ReturnStatement" | "BreakStatement" | "ContinueStatement";
  label?: Identifier | null;
}

interface This extends Base {
  type: "ThisExpression";
}

interface ObjectPattern extends Base {
  type: "ObjectPattern";
  properties: Node[];
}

interface Property extends Base {
  type: "Property";
  value: Node;
}

interface ArrayPattern extends Base {
  type: "ArrayPattern";
  elements: (Node | null)[];
}

interface Default extends Base {
  type: "AssignmentPattern";
  left: Node;
}

interface Rest extends Base {
  type: "RestElement";
  argument: Node;
}

interface ParameterProperty extends Base {
  type: "TSParameterProperty";
  parameter: Node;
}

interface OtherDeclaration extends Base {
  type:
    | "TSEnumDeclaration"
    | "TSImportEqualsDeclaration"
    | "TSModuleDeclaration";
  id: Node;
}

export type Node =
  | AnyClass
  | AnyFunction
  | ArrayLiteral
  | ArrayPattern
  | Await
  | Block
  | Call
  | Catch
  | ClassBody
  | Conditional
  | Declarator
  | Default
  | Export
  | ExpressionStatement
  | Field
  | Identifier
  | If
  | Import
  | ImportSpecifier
  | Jump
  | Literal
  | Logical
  | Loop
  | Member
  | Method
  | ObjectPattern
  | OtherDeclaration
  | ParameterProperty
  | PrivateIdentifier
  | Property
  | Rest
  | Sequence
  | StaticBlock
  | Switch
  | This
  | Try
  | TypeAnnotation
  | TypeReference
  | Variables
  | Wrapper
  | Yield;

export function isFunction(node: Node | null | undefined): node is AnyFunction {
  switch (node?.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "TSDeclareFunction":
    case "TSEmptyBodyFunctionExpression":
      return true;
  }
  return false;
}

export function isLoop({ type }: Node): boolean {
  return /^(?:For|ForIn|ForOf|While|DoWhile)Statement$/.test(type);
}

/** The function that a node is in, if it is in one. */
export function functionAround(node: Node): AnyFunction | undefined {
  // A class has no function for its fields, but `yield` and `await` can't stand there.
  for (let { parent } = node; parent; { parent } = parent) if (isFunction(parent)) return parent;
  return undefined;
}

/** An expression without what does not change its value. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case "ChainExpression":
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
      return unwrap(node.expression);
  }
  return node;
}

/** The name of a property, a member or something that is imported, `#` included. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === "Identifier") return node.name;
  if (node?.type === "PrivateIdentifier") return `#${node.name.replace(/^#/, "")}`;
  if (node?.type === "Literal") return String(node.value);
  return undefined;
}
