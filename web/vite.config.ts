import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./plugins/compress.ts";
import { themeScript } from "./plugins/theme-script.ts";

export default defineConfig({
  plugins: [react(), themeScript(), compress()],
  build: {
    outDir: "../bff/web/dist",
    emptyOutDir: true,
    target: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 3000,
    strictPort: true,
    proxy: { "/bff": "http://localhost:4000" },
  },
});
