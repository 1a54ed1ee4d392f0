import { allSettled, type Coroutine, forEach, Queue, retry, spawn, timeout } from "@tenfold/loop";

/** Gets the links of a page. */
export type Load = (url: string) => Coroutine<string[]>;

/** Crawls a site, four pages at a time: the links of each page, and why the others have none. */
export function* crawl(start: string, load: Load): Coroutine<Map<string, string[] | Error>> {
  const pages = new Map<string, string[] | Error>();
  const seen = new Set<string>();
  const frontier = new Queue<string>(Infinity);
  function add(url: string): void {
    if (!seen.has(url)) frontier.tryPut(url);
    seen.add(url);
  }
  const visit = (url: string) => retry(() => timeout(1000, load(url)), { times: 2 });
  function* worker(): Coroutine<void> {
    yield* forEach(frontier, function* (url) {
      const [page] = yield* allSettled([visit(url)]);
      pages.set(url, page.status === "fulfilled" ? page.value : page.reason);
      if (page.status === "fulfilled") page.value.forEach(add);
      frontier.taskDone();
    });
  }
  add(start);
  for (let n = 0; n < 4; n++) yield* spawn(worker, { daemon: true });
  yield* frontier.join();
  return pages;
}
