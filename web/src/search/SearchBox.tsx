import { type FormEvent, type KeyboardEvent, Suspense, useDeferredValue, useId, useRef, useState } from "react";
import { extra } from "../parts/extra";
import { Hidden } from "../parts/Hidden";
import { Icon } from "../parts/Icon";
import { shell } from "../strings/shell";
import css from "./SearchBox.module.css";
import type { Suggestion } from "./suggestion";
import { useSearch } from "./use-search";

const Suggestions = extra(() => import("./Suggestions").then((module) => module.Suggestions));

/** Looks for products; it shows the words that the page is about, and suggests products while they are typed. */
export function SearchBox({ large = false }: { large?: boolean }) {
  const { words, isList, begin, type, submit } = useSearch();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState<Suggestion | null>(null);
  const suggested = useRef<readonly Suggestion[]>([]);
  const list = useId();
  const asked = useDeferredValue(words.trim());
  const isShown = isOpen && !isList && asked.length > 1;

  const close = () => {
    setOpen(false);
    setActive(null);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    close();
    if (active) active.go();
    else submit();
  };
  const move = (step: number) => {
    const all = suggested.current;
    const at = all.findIndex((each) => each.id === active?.id);
    setActive(all[at === -1 && step < 0 ? all.length - 1 : at + step] ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && isShown) close();
    else if (event.key === "ArrowDown" && isShown) move(1);
    else if (event.key === "ArrowUp" && isShown) move(-1);
    else return;
    event.preventDefault();
  };
  const combobox = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": isShown,
    "aria-controls": list,
    "aria-activedescendant": isShown ? active?.id : undefined,
  } as const;
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not in every browser yet
    <form role="search" className={large ? css.large : css.search} onSubmit={send}>
      <input
        type="search"
        name="q"
        className={css.input}
        aria-label={shell.searchLabel}
        placeholder={shell.searchPlaceholder}
        autoComplete="off"
        maxLength={200}
        value={words}
        onChange={(event) => {
          type(event.target.value);
          setOpen(true);
          setActive(null);
        }}
        onFocus={begin}
        onBlur={close}
        onKeyDown={onKeyDown}
        {...(isList ? {} : combobox)}
      />
      <button type="submit" className={css.button}>
        <Icon name="search" />
        <Hidden>{shell.search}</Hidden>
      </button>
      <div id={list} className={css.list} hidden={!isShown}>
        <Suspense>
          {isShown && (
            <Suggestions
              q={asked}
              active={active}
              onChosen={close}
              onFound={(all) => {
                suggested.current = all;
              }}
            />
          )}
        </Suspense>
      </div>
    </form>
  );
}
