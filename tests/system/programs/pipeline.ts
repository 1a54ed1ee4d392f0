import { type Coroutine, forEach, gather, Queue } from "@tenfold/loop";

/** Workers that take from one queue and put into the next, which ends with what it is filled by. */
function* stage<A, B>(
  input: Queue<A>,
  workers: number,
  work: (value: A) => Coroutine<B>,
  output: Queue<B>,
): Coroutine<void> {
  const worker = () =>
    forEach(input, function* (value) {
      yield* output.put(yield* work(value));
    });
  yield* gather(Array.from({ length: workers }, () => worker));
  output.close();
}

/** Reads lines, parses each in two workers, and adds up what they say. */
export function* total(
  lines: AsyncIterable<string> | Iterable<string>,
  parse: (line: string) => Coroutine<number>,
): Coroutine<number> {
  const [read, parsed] = [new Queue<string>(2), new Queue<number>(2)];
  let sum = 0;
  yield* gather([
    function* () {
      yield* forEach(lines, (line) => read.put(line));
      read.close();
    },
    stage(read, 2, parse, parsed),
    forEach(parsed, function* (value) {
      sum += value;
    }),
  ]);
  return sum;
}
