import { type Coroutine, Queue, retry, timeout } from "@tenfold/loop";

type Handle = (message: string) => Coroutine<void>;

/** Reads one connection's messages. Fails when it is lost, or silent for so many ms. */
function* read(url: string, silence: number, handle: Handle): Coroutine<never> {
  const socket = new WebSocket(url);
  const messages = new Queue<string>(Infinity, { name: "messages", host: true });
  socket.onopen = () => socket.send("subscribe");
  socket.onmessage = ({ data }) => messages.tryPut(data);
  socket.onclose = () => messages.close();
  try {
    for (;;) yield* handle(yield* timeout(silence, messages.get()));
  } finally {
    socket.onmessage = null;
    socket.close();
  }
}

/** Reads messages, and connects again whenever the connection is lost, for ever: run it as a daemon. */
export function* listen(url: string, silence: number, handle: Handle): Coroutine<never> {
  const again = { times: Infinity, delay: 10, factor: 1 };
  return yield* retry(() => read(url, silence, handle), again);
}
