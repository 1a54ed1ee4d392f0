import * as library from "../../../../lib/mod.ts";

// A program can change the language itself, `Array.prototype.push = null`, and so what all programs
// after it do. To freeze it would break honest ones: with a frozen `Error.prototype` no error can be
// given a name.

// A program must not change what looks for its changes.
const { getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { is } = Object;

/** An object of the language, and what it had. */
interface Kept {
  object: object;
  prototype: object | null;
  keys: readonly PropertyKey[];
  descriptors: readonly PropertyDescriptor[];
}

const kept: Kept[] = [];

/** Looks at all that programs share: the language and the library. */
export function keepBuiltIns(): void {
  const objects = new Set<object>();
  const add = (value: unknown) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
    if (objects.has(value)) return;
    objects.add(value);
    add(getPrototypeOf(value));
    // Nothing is read that could be computed, as by a getter of a prototype.
    if (typeof value === "function") add(getOwnPropertyDescriptor(value, "prototype")?.value);
  };
  for (const key of ownKeys(globalThis)) add(getOwnPropertyDescriptor(globalThis, key)?.value);
  Object.values(library).forEach(add);
  const made = [function* () {}, async function* () {}, [].values(), new Map().values()];
  [...made, new Set().values(), "".matchAll(/./g), "".at.bind("")].forEach(add);
  for (const object of objects) {
    const keys = ownKeys(object);
    const descriptors = keys.map((key) => getOwnPropertyDescriptor(object, key)!);
    kept.push({ object, prototype: getPrototypeOf(object), keys, descriptors });
  }
}

/** Whether a program has changed any of it since. */
export function isSpoiled(): boolean {
  for (let index = 0; index < kept.length; index++) {
    const { object, prototype, keys, descriptors } = kept[index]!;
    if (getPrototypeOf(object) !== prototype) return true;
    if (ownKeys(object).length !== keys.length) return true;
    for (let at = 0; at < keys.length; at++) {
      const now = getOwnPropertyDescriptor(object, keys[at]!);
      const then = descriptors[at]!;
      if (now === undefined || !is(now.value, then.value)) return true;
      if (now.get !== then.get || now.set !== then.set) return true;
    }
  }
  return false;
}
