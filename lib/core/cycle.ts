/**
 * Finds nodes of a graph that form a cycle, each leading to the next and the last to the first.
 *
 * @param nodes Where to begin, in order.
 * @param nextOf The nodes that a node leads to. The array is used up.
 */
export function findCycle<N>(nodes: Iterable<N>, nextOf: (node: N) => N[]): N[] | undefined {
  const done = new Set<N>();
  for (const root of nodes) {
    // Depth first, without recursion: the path, and for each node on it those still to be followed.
    const path: N[] = [];
    const places = new Map<N, number>();
    const rest: N[][] = [];
    const enter = (node: N) => {
      places.set(node, path.length);
      path.push(node);
      rest.push(nextOf(node));
    };
    if (!done.has(root)) enter(root);
    while (path.length > 0) {
      const next = rest.at(-1)!.pop();
      if (next === undefined) {
        const node = path.pop()!;
        rest.pop();
        places.delete(node);
        done.add(node);
      } else if (places.has(next)) {
        return path.slice(places.get(next)!);
      } else if (!done.has(next)) {
        enter(next);
      }
    }
  }
  return undefined;
}
