import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo } from "react";
import { places } from "../app/places";
import { useGo } from "../app/use-go";
import { suggestionsQuery } from "../catalogue/queries";
import { classes } from "../parts/classes";
import { Money } from "../parts/Money";
import { Picture } from "../parts/Picture";
import { catalogue } from "../strings/catalogue";
import css from "./Suggestions.module.css";
import type { Suggestion } from "./suggestion";

type Props = {
  q: string;
  active: Suggestion | null;
  onFound: (all: readonly Suggestion[]) => void;
  onChosen: () => void;
};

/** The products that fit best, and the way to all of them; the search's field moves among them. */
export function Suggestions({ q, active, onFound, onChosen }: Props) {
  const go = useGo();
  const id = useId();
  const found = useQuery(suggestionsQuery(q)).data;
  const all = useMemo<Suggestion[]>(() => {
    const products = found?.items ?? [];
    const paths = products.map(({ productId }) => `${places.products}/${encodeURIComponent(productId)}`);
    const ways: (() => void)[] = paths.map((path) => () => go(path));
    if (products.length > 0) ways.push(() => go(places.products, { search: { q } }));
    return ways.map((way, index) => ({ id: `${id}${index}`, go: way }));
  }, [found, q, id, go]);
  useEffect(() => onFound(all), [all, onFound]);
  if (!found || all.length === 0) return null;
  return (
    <div
      role="listbox"
      aria-label={catalogue.suggestions}
      className={css.list}
      onPointerDown={(event) => event.preventDefault()} // the field keeps the focus
    >
      {all.map((suggestion, index) => {
        const product = found.items[index];
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has the focus and the keys
          <div
            key={suggestion.id}
            id={suggestion.id}
            role="option"
            aria-selected={active?.id === suggestion.id}
            className={classes(css.option, active?.id === suggestion.id && css.active)}
            onClick={() => {
              onChosen();
              suggestion.go();
            }}
          >
            {product ? (
              <>
                <Picture src={product.picture} department={product.department} shape="tiny" first />
                <span className={css.name}>{product.name}</span>
                <Money of={product.price} />
              </>
            ) : (
              <span className={css.all}>{catalogue.seeAll(found.total)}</span>
            )}
          </div>
        );
      })}
    </div>
  );
}
