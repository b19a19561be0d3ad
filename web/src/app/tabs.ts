import type { QueryClient } from "@tanstack/react-query";
import { forgetPerson } from "./forget-person";

/** What another tab of this browser has changed. */
type News = "cart" | "session-begun" | "session-left";

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("shop");

/** Tell the other tabs; this one knows. */
export function tellTabs(news: News): void {
  channel?.postMessage(news);
}

/** Ask again for what another tab has changed. */
export function listenToTabs(client: QueryClient): void {
  channel?.addEventListener("message", ({ data }: MessageEvent<News>) => {
    if (data === "cart") void client.invalidateQueries({ queryKey: ["cart"] });
    else if (data === "session-begun") void client.invalidateQueries();
    else forgetPerson(client);
  });
}
