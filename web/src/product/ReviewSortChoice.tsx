import { places } from "../app/places";
import { useGo } from "../app/use-go";
import css from "../catalogue/SortChoice.module.css";
import { product as words } from "../strings/product";
import { REVIEW_SORTS, type ReviewView } from "./view";

/** In which order the reviews are. */
export function ReviewSortChoice({ productId, view }: { productId: string; view: ReviewView }) {
  const go = useGo();
  const choose = (sort: string) => {
    const search = { ...view, sort: sort === "newest" ? undefined : sort };
    go(`${places.products}/${encodeURIComponent(productId)}`, { search, keepScroll: true });
  };
  return (
    <label className={css.sort}>
      <span>{words.reviews.sort}</span>
      <select className={css.select} value={view.sort ?? "newest"} onChange={(event) => choose(event.target.value)}>
        {REVIEW_SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {words.reviews.sorts[sort]}
          </option>
        ))}
      </select>
    </label>
  );
}
