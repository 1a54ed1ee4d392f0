import { type Coroutine, Queue, retry, timeout } from "@tenfold/loop";

/** Reads one connection's messages. Fails when it is lost, or silent for a second. */
function* read(url: string, handle: (message: string) => Coroutine<void>): Coroutine<never> {
  const socket = new WebSocket(url);
  const messages = new Queue<string>(Infinity, { name: "messages", host: true });
  socket.onopen = () => socket.send("subscribe");
  socket.onmessage = ({ data }) => messages.tryPut(data);
  socket.onclose = () => messages.close();
  try {
    for (;;) yield* handle(yield* timeout(1000, messages.get()));
  } finally {
    socket.onmessage = null;
    socket.close();
  }
}

/** Reads messages, and connects again whenever the connection is lost, for ever: run it as a daemon. */
export function* listen(
  url: string,
  handle: (message: string) => Coroutine<void>,
): Coroutine<never> {
  return yield* retry(() => read(url, handle), { times: Infinity, delay: 10, factor: 1 });
}
