import { ROOT } from "./server.ts";

/** What came of a file that was run as a test. */
export interface Tested {
  passed: boolean;
  /** All that was printed. */
  said: string;
}

/** Runs a file as a test, in a project that has the library. */
export async function tested(text: string): Promise<Tested> {
  const folder = await Deno.makeTempDir();
  try {
    const imports = {
      "@tenfold/loop": new URL("lib/mod.ts", ROOT).href,
      "@tenfold/loop/testing": new URL("lib/testing/mod.ts", ROOT).href,
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    await Deno.writeTextFile(`${folder}/program_test.js`, text);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--no-lock", "-A", "program_test.js"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { passed: success, said: decode(stdout) + decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
