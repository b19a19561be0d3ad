import { useLocation, useRouter } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { Hidden } from "../parts/Hidden";
import { Icon } from "../parts/Icon";
import { shell } from "../strings/shell";
import { places } from "./places";
import css from "./SearchBox.module.css";

/** Looks for products; it shows the words that the page is about. */
export function SearchBox({ large = false }: { large?: boolean }) {
  const router = useRouter();
  const asked = useLocation({ select: ({ search }) => String((search as { q?: unknown }).q ?? "") });
  const [words, setWords] = useState(asked);
  useEffect(() => setWords(asked), [asked]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const q = words.trim();
    router.history.push(q ? `${places.products}?q=${encodeURIComponent(q)}` : places.products);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not in every browser yet
    <form role="search" className={large ? css.large : css.search} onSubmit={submit}>
      <input
        type="search"
        name="q"
        className={css.input}
        aria-label={shell.searchLabel}
        placeholder={shell.searchPlaceholder}
        autoComplete="off"
        maxLength={200}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <button type="submit" className={css.button}>
        <Icon name="search" />
        <Hidden>{shell.search}</Hidden>
      </button>
    </form>
  );
}
