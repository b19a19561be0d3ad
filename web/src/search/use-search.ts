import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { places } from "../app/places";
import { useGo } from "../app/use-go";
import { changeFilters, parseFilters } from "../catalogue/filters";

const PAUSE = 200;
const EMPTY = {};

/**
 * The words of a search. On the catalogue's page the list follows while they are typed: the first change is a step of
 * the browser's history, the next ones replace it. Elsewhere they wait to be sent.
 */
export function useSearch() {
  const go = useGo();
  const isList = useLocation({ select: ({ pathname }) => pathname === places.products });
  const search = useLocation({ select: (location) => location.search as Record<string, unknown> });
  const filters = isList ? parseFilters(search) : EMPTY;
  const asked = parseFilters(isList ? search : EMPTY).q ?? "";
  const [words, setWords] = useState(asked);
  const sent = useRef(asked);
  const hasBegun = useRef(false);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    if (asked === sent.current) return; // it is what was typed here, and more may have been typed since
    sent.current = asked;
    setWords(asked);
  }, [asked]);
  useEffect(() => () => clearTimeout(pause.current), []);

  const send = (text: string, how: "push" | "replace") => {
    clearTimeout(pause.current);
    const q = text.trim() || undefined;
    sent.current = q ?? "";
    const search = changeFilters(filters, { q, sort: undefined });
    go(places.products, { search, replace: how === "replace" });
  };
  const type = (text: string) => {
    setWords(text);
    if (!isList) return;
    clearTimeout(pause.current);
    pause.current = setTimeout(() => {
      if (text.trim() === sent.current) return;
      send(text, hasBegun.current ? "replace" : "push");
      hasBegun.current = true;
    }, PAUSE);
  };
  const begin = () => {
    hasBegun.current = false;
  };
  return { words, isList, begin, type, submit: () => send(words, isList ? "replace" : "push") };
}
