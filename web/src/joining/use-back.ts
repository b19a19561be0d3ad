import { useRouter, useSearch } from "@tanstack/react-router";
import { places, safeBack } from "../app/places";

/** Where the person came from, as a link's `search` has it, and the way back there. */
export function useBack() {
  const router = useRouter();
  const { back } = useSearch({ strict: false }) as { back?: string };
  const goBack = () => router.history.replace(safeBack(back));
  return {
    search: back ? { back } : {},
    to: safeBack(back),
    isKnown: back !== undefined && back !== places.home,
    goBack,
  };
}
