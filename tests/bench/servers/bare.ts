// The least that starts.

const onListen = ({ port }: { port: number }) => console.log(`http://localhost:${port}`);
Deno.serve({ port: 0, onListen }, () => new Response("hello"));
