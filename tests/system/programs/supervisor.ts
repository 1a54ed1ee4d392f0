import { type Coroutine, gather, retry } from "@tenfold/loop";

/** A service: runs until it fails, and then is started anew. */
export type Service = () => Coroutine<void>;

/** Runs services, each started up to three times. If one fails for good, the others are stopped. */
export function* supervise(
  services: Record<string, Service>,
  report: (line: string) => void,
): Coroutine<void> {
  yield* gather(
    Object.entries(services).map(([name, service]) =>
      retry(service, {
        delay: 1000,
        when(error, attempt) {
          report(`${name} failed ${attempt} times: ${error}`);
          return true;
        },
      })
    ),
  );
}
