import { useQuery } from "@tanstack/react-query";
import { Picture } from "../parts/Picture";
import css from "./Mosaic.module.css";
import { newestQuery, trendingQuery } from "./queries";

const SHOWN = 8;

/** The pictures of what stands below, for the eye alone; their place is there before them. */
export function Mosaic() {
  const trending = useQuery(trendingQuery).data?.items;
  const isEmpty = trending?.length === 0;
  const newest = useQuery({ ...newestQuery, enabled: isEmpty }).data?.items;
  const products = (isEmpty ? newest : trending) ?? [];
  return (
    <div className={css.mosaic} aria-hidden="true">
      {products.slice(0, SHOWN).map(({ productId, picture, department }) => (
        <Picture key={productId} src={picture} department={department} shape="square" first />
      ))}
    </div>
  );
}
