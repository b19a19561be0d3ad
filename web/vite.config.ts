import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { addresses } from "./plugins/addresses.ts";
import { compress } from "./plugins/compress.ts";
import { themeScript } from "./plugins/theme-script.ts";

export default defineConfig({
  plugins: [react(), themeScript(), addresses(), compress()],
  build: {
    outDir: "../bff/web/dist",
    emptyOutDir: true,
    target: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // what every page needs, which changes when a release of it is taken, and not with each of ours
            { name: "libraries", test: /node_modules\/(react|react-dom|scheduler|@tanstack|openapi-fetch)\// },
            // what the pages that people come to first are made of, as one file instead of ten small ones
            {
              name: "shared",
              test: /\/src\/((api|app|catalogue|search)\/|strings\/(shell|errors|parts|catalogue)|parts\/(?!Field|Form|form-|Table|draft|Status))/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: {
    port: 3000,
    strictPort: true,
    proxy: { "/bff": "http://localhost:4000" },
  },
});
