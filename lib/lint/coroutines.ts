import { givenBy, type Gives, type Read } from "./files.ts";
import { isLibrary, METHODS, OPERATIONS } from "./library.ts";
import { declarationOf } from "./scope.ts";
import {
  type AnyClass,
  type AnyFunction,
  functionAround,
  type Import,
  type ImportSpecifier,
  isFunction,
  nameOf,
  type Node,
  unwrap,
  type Yield,
} from "./syntax.ts";

// What an expression is, as far as it can be told from the file, and from the files that it imports
// functions from. In doubt it is nothing: a rule that is wrong now and then is soon turned off.

/** A value with methods that return coroutines: one of the library's, or of a class in the file. */
type Thing = keyof typeof METHODS | AnyClass;

/** How many names are followed to where they come from: `const a = b; const b = c;`. */
const MAX_HOPS = 8;

/** Says of the expressions of one file which are coroutines, tasks, or names of the library. */
export class Coroutines {
  readonly #path: string;
  readonly #read: Read;
  readonly #yields: readonly Yield[];
  readonly #iterated = new Map<AnyFunction, boolean>();

  /**
   * @param path The file's.
   * @param read Reads another file.
   * @param yields All of the file's, once they have been seen.
   */
  constructor(path: string, read: Read, yields: readonly Yield[]) {
    this.#path = path;
    this.#read = read;
    this.#yields = yields;
  }

  /** Whether an expression makes a coroutine, or a generator that may be there to be iterated. */
  isCoroutine(expression: Node, hops = MAX_HOPS): Gives | undefined {
    const node = unwrap(expression);
    if (node.type === "CallExpression") return this.#returnedBy(node.callee, hops);
    const value = this.#valueOf(node);
    return value && hops > 0 ? this.isCoroutine(value, hops - 1) : undefined;
  }

  /**
   * Whether a generator function yields without a star, rightly: it is there to be iterated. In a
   * coroutine that is a mistake.
   */
  isIterated(node: AnyFunction): boolean {
    const known = this.#iterated.get(node);
    if (known !== undefined) return known;
    const yieldsPlainly = this.#yields.some((each) =>
      !each.delegate && functionAround(each) === node
    );
    // Functions can yield each other, or themselves: that alone says nothing.
    this.#iterated.set(node, yieldsPlainly);
    const isIterated = yieldsPlainly && !this.runsCoroutines(node);
    this.#iterated.set(node, isIterated);
    return isIterated;
  }

  /** Whether a generator function is certain to be a coroutine. */
  runsCoroutines(node: AnyFunction): boolean {
    const annotation = node.returnType?.typeAnnotation;
    if (annotation) return isNamed(annotation, "Coroutine");
    return this.#isHandedOver(node) ||
      this.#yields.some((each) =>
        each.delegate && each.argument && functionAround(each) === node &&
        this.isCoroutine(each.argument) === "coroutine"
      );
  }

  /** Whether it stands where the library takes a coroutine: `run(function* () { ... })`. */
  #isHandedOver(node: AnyFunction): boolean {
    const given = node.parent.type === "ArrayExpression" ? node.parent : node;
    const call = given.parent;
    if (call.type !== "CallExpression" && call.type !== "NewExpression") return false;
    return call.arguments.some((each) => each === given) &&
      this.nameInLibrary(call.callee) !== undefined;
  }

  /** Whether an expression is a task. */
  isTask(expression: Node): boolean {
    return this.#thing(expression, MAX_HOPS) === "Task";
  }

  /** What a function gives when it is called. */
  returnedBy(callee: Node): Gives | undefined {
    return this.#returnedBy(callee, MAX_HOPS);
  }

  /** The name that the library gives something, if an expression is that. */
  nameInLibrary(expression: Node, hops = MAX_HOPS): string | undefined {
    const node = unwrap(expression);
    if (node.type === "MemberExpression" && !node.computed) {
      const specifier = this.#importOf(node.object);
      if (specifier?.type !== "ImportNamespaceSpecifier") return undefined;
      return isLibrary(sourceOf(specifier)) ? nameOf(node.property) : undefined;
    }
    const specifier = this.#importOf(node);
    if (specifier?.type === "ImportSpecifier" && isLibrary(sourceOf(specifier))) {
      return nameOf(specifier.imported);
    }
    const value = this.#valueOf(node);
    return value && hops > 0 ? this.nameInLibrary(value, hops - 1) : undefined;
  }

  #returnedBy(expression: Node, hops: number): Gives | undefined {
    if (hops === 0) return undefined;
    const callee = unwrap(expression);
    const own = this.nameInLibrary(callee);
    if (own !== undefined) {
      return (OPERATIONS as readonly string[]).includes(own) ? "coroutine" : undefined;
    }
    if (isFunction(callee)) return this.#givenByFunction(callee, hops);
    if (callee.type === "MemberExpression") {
      const name = callee.computed ? undefined : nameOf(callee.property);
      if (name === undefined) return undefined;
      const specifier = this.#importOf(callee.object);
      if (specifier?.type === "ImportNamespaceSpecifier") return this.#imported(name, specifier);
      const thing = this.#thing(callee.object, hops - 1);
      return thing && this.#givenByMethod(thing, name, hops - 1);
    }
    if (callee.type !== "Identifier") return undefined;
    const { node } = declarationOf(callee.name, callee) ?? {};
    switch (node?.type) {
      case "ImportSpecifier":
      case "ImportDefaultSpecifier":
        return this.#imported(nameOf(node.imported) ?? "default", node);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "TSDeclareFunction":
        return this.#givenByFunction(node, hops - 1);
    }
    const value = this.#valueOf(callee);
    return value && this.#returnedBy(value, hops - 1);
  }

  #imported(name: string, specifier: ImportSpecifier): Gives | undefined {
    return givenBy(name, sourceOf(specifier), this.#path, this.#read);
  }

  #givenByFunction(node: AnyFunction, hops: number): Gives | undefined {
    if (node.async) return undefined;
    const annotation = node.returnType?.typeAnnotation;
    if (annotation && isNamed(annotation, "Coroutine")) return "coroutine";
    if (node.generator) return this.isIterated(node) ? "generator" : "coroutine";
    // An arrow that returns what another one gives: `const nap = () => sleep(10)`.
    if (node.type !== "ArrowFunctionExpression" || !node.body) return undefined;
    return node.body.type === "BlockStatement" ? undefined : this.isCoroutine(node.body, hops);
  }

  #givenByMethod(thing: Thing, name: string, hops: number): Gives | undefined {
    if (typeof thing === "string") {
      return (METHODS[thing] as readonly string[]).includes(name) ? "coroutine" : undefined;
    }
    for (const member of thing.body.body) {
      if (!("key" in member) || nameOf(member.key) !== name) continue;
      const value = member.value && unwrap(member.value);
      return value && isFunction(value) ? this.#givenByFunction(value, hops) : undefined;
    }
    if (hops === 0 || !thing.superClass) return undefined;
    const base = this.#classOf(thing.superClass);
    return base && this.#givenByMethod(base, name, hops - 1);
  }

  /** What an object is, of which a method is called. */
  #thing(expression: Node, hops: number): Thing | undefined {
    if (hops === 0) return undefined;
    const node = unwrap(expression);
    switch (node.type) {
      case "NewExpression":
        return this.#classOf(node.callee);
      case "CallExpression":
        return this.nameInLibrary(node.callee) === "currentTask" ? "Task" : undefined;
      case "ThisExpression":
        return classAround(node);
      case "YieldExpression":
        return node.delegate && node.argument && this.#isSpawn(node.argument) ? "Task" : undefined;
      case "MemberExpression":
        return this.#fieldThing(
          node.object,
          node.computed ? undefined : nameOf(node.property),
          hops,
        );
      case "Identifier":
        return this.#variableThing(node.name, node, hops);
    }
    return undefined;
  }

  #variableThing(name: string, at: Node, hops: number): Thing | undefined {
    const declaration = declarationOf(name, at);
    if (declaration === undefined) return undefined;
    const { node, isConstant, parameterOf } = declaration;
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier") {
      const annotated = this.#typed(node.id.typeAnnotation?.typeAnnotation);
      if (annotated !== undefined) return annotated;
      return isConstant && node.init ? this.#thing(node.init, hops - 1) : undefined;
    }
    if (parameterOf === undefined || node.type !== "Identifier") return undefined;
    const annotated = this.#typed(node.typeAnnotation?.typeAnnotation);
    if (annotated !== undefined || parameterOf.params[0] !== node) return annotated;
    // The group that `taskGroup` hands to its body.
    const { parent } = parameterOf;
    return parent.type === "CallExpression" && parent.arguments[0] === parameterOf &&
        this.nameInLibrary(parent.callee) === "taskGroup"
      ? "TaskGroup"
      : undefined;
  }

  #fieldThing(object: Node, name: string | undefined, hops: number): Thing | undefined {
    const owner = name === undefined ? undefined : this.#thing(object, hops - 1);
    if (owner === undefined || typeof owner === "string") return undefined;
    for (const member of owner.body.body) {
      if (member.type !== "PropertyDefinition" || nameOf(member.key) !== name) continue;
      const annotated = this.#typed(member.typeAnnotation?.typeAnnotation);
      return annotated ?? (member.value ? this.#thing(member.value, hops - 1) : undefined);
    }
    return undefined;
  }

  #typed(annotation: Node | undefined): Thing | undefined {
    if (annotation?.type !== "TSTypeReference") return undefined;
    const { typeName } = annotation;
    return typeName.type === "Identifier" ? this.#classOf(typeName) : undefined;
  }

  #classOf(expression: Node): Thing | undefined {
    const node = unwrap(expression);
    const own = this.nameInLibrary(node);
    if (own !== undefined) return Object.hasOwn(METHODS, own) ? own as Thing : undefined;
    if (node.type === "ClassExpression") return node;
    const declared = node.type === "Identifier" && declarationOf(node.name, node)?.node;
    if (!declared) return undefined;
    return declared.type === "ClassDeclaration" || declared.type === "ClassExpression"
      ? declared
      : undefined;
  }

  #isSpawn(expression: Node): boolean {
    const call = unwrap(expression);
    if (call.type !== "CallExpression") return false;
    if (this.nameInLibrary(call.callee) === "spawn") return true;
    const callee = unwrap(call.callee);
    return callee.type === "MemberExpression" && nameOf(callee.property) === "spawn" &&
      this.#thing(callee.object, MAX_HOPS) === "TaskGroup";
  }

  /** The first value of a name that keeps it. */
  #valueOf(node: Node): Node | undefined {
    if (node.type !== "Identifier") return undefined;
    const declaration = declarationOf(node.name, node);
    if (!declaration?.isConstant || declaration.node.type !== "VariableDeclarator") {
      return undefined;
    }
    const { id, init } = declaration.node;
    return id.type === "Identifier" && init && init !== node ? unwrap(init) : undefined;
  }

  #importOf(node: Node): ImportSpecifier | undefined {
    if (node.type !== "Identifier") return undefined;
    const declared = declarationOf(node.name, node)?.node;
    return isSpecifier(declared) ? declared : undefined;
  }
}

function isSpecifier(node: Node | undefined): node is ImportSpecifier {
  return node !== undefined && /^Import(?:Default|Namespace)?Specifier$/.test(node.type);
}

function sourceOf(specifier: ImportSpecifier): string {
  return (specifier.parent as Import).source.value;
}

function isNamed(annotation: Node, name: string): boolean {
  return annotation.type === "TSTypeReference" && nameOf(annotation.typeName) === name;
}

/** The class whose instance `this` is. */
function classAround(node: Node): AnyClass | undefined {
  for (let child = node, { parent } = node; parent; child = parent, { parent } = parent) {
    if (isFunction(parent) && parent.type !== "ArrowFunctionExpression") {
      const member = parent.parent;
      if (member.type !== "MethodDefinition" || isStatic(member)) return undefined;
    }
    if (parent.type === "PropertyDefinition" && isStatic(parent)) return undefined;
    if (parent.type === "StaticBlock") return undefined;
    if (parent.type === "ClassDeclaration" || parent.type === "ClassExpression") {
      return parent.body === child ? parent : undefined;
    }
  }
  return undefined;
}

function isStatic(node: Node): boolean {
  return (node as { static?: boolean }).static === true;
}

/** What is thrown away with an expression, or awaited with it: itself, or its branches. */
export function outcomes(expression: Node): Node[] {
  const node = unwrap(expression);
  switch (node.type) {
    case "ConditionalExpression":
      return [...outcomes(node.consequent), ...outcomes(node.alternate)];
    case "LogicalExpression":
      return [...outcomes(node.left), ...outcomes(node.right)];
    case "SequenceExpression":
      return node.expressions.flatMap(outcomes);
  }
  return [node];
}
