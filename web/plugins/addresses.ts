import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const SOURCE = new URL("../src/app/addresses.json", import.meta.url);

/** Puts the list of the pages' addresses beside them: whoever serves them answers 404 to any other. */
export function addresses(): Plugin {
  return {
    name: "addresses",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "addresses.json", source: readFileSync(SOURCE, "utf8") });
    },
  };
}
