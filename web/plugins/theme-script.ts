import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const SOURCE = new URL("../src/app/theme-first.js", import.meta.url);

/**
 * Puts the script that sets the chosen theme into the head, as a small file of its own that is waited for: no script
 * stands in the page, and nothing is painted in the other theme first.
 */
export function themeScript(): Plugin {
  const content = readFileSync(SOURCE, "utf8");
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const built = `assets/theme-${hash}.js`;
  let isBuild = false;
  return {
    name: "theme-script",
    configResolved(config) {
      isBuild = config.command === "build";
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: built, source: content });
    },
    transformIndexHtml() {
      const src = isBuild ? `/${built}` : "/src/app/theme-first.js";
      return [{ tag: "script", attrs: { src }, injectTo: "head" }];
    },
  };
}
