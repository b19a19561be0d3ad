import "../tokens.css";
import "./base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./query-client";
import { createShopRouter } from "./router";
import { listenToTabs } from "./tabs";

const client = createQueryClient();
const router = createShopRouter(client);
listenToTabs(client);
const element = document.getElementById("app");
if (!element) throw new Error("the page has no element #app");

void router.load(); // the page's code and data are asked for before anything is drawn
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
