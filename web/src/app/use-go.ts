import { type NavigateOptions, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";

type Way = {
  search?: object;
  /** Take the place of this step in the browser's history. */
  replace?: boolean;
  /** Leave the page where it is looked at. */
  keepScroll?: boolean;
};

/** Go to a page of the shop by its path, as `ShopLink` does when it is clicked. */
export function useGo(): (path: string, way?: Way) => void {
  const router = useRouter();
  return useCallback(
    (to, { search = {}, replace = false, keepScroll = false } = {}) => {
      void router.navigate({ to, search, replace, resetScroll: !keepScroll } as NavigateOptions);
    },
    [router],
  );
}
