// A worker of the server that crashes when it is asked for /crash.

const { serve } = Deno;

Object.assign(Deno, {
  serve: (options: Deno.ServeTcpOptions, handler: (request: Request) => Promise<Response>) =>
    serve(options, (request) => {
      if (request.url.endsWith("/crash")) {
        setTimeout(() => {
          throw new Error("as demanded");
        });
      }
      return handler(request);
    }),
});

await import("../../routes/worker.ts");
