import { useQuery } from "@tanstack/react-query";
import type { Schema } from "../api/client";
import { Problem } from "../api/problems";
import { NotFound } from "../app/errors";
import { QueryState } from "../app/QueryState";
import { Path } from "../catalogue/Path";
import { Picture } from "../parts/Picture";
import { Stars } from "../parts/Stars";
import { product as words } from "../strings/product";
import { Attributes } from "./Attributes";
import { BoughtTogether } from "./BoughtTogether";
import { Buy } from "./Buy";
import css from "./ProductPage.module.css";
import { ProductSkeleton } from "./ProductSkeleton";
import { productQuery } from "./queries";
import { Reviews } from "./Reviews";
import { productRoute } from "./route";

export function ProductPage() {
  const { productId } = productRoute.useParams();
  const query = useQuery(productQuery(productId));
  if (query.error instanceof Problem && query.error.status === 404) return <NotFound />;
  return (
    <QueryState query={query} loading={<ProductSkeleton />}>
      {(product) => <Product key={productId} product={product} />}
    </QueryState>
  );
}

function Product({ product }: { product: Schema["ProductDetail"] }) {
  const { name, brand, department, rating, picture } = product;
  return (
    <>
      <title>{words.title(name)}</title>
      <Path filters={product} isAbove />
      <article className={css.product}>
        <div className={css.picture}>
          <Picture src={picture} department={department} shape="large" first />
        </div>
        <div className={css.words}>
          <div>
            <h1 className={css.name}>{name}</h1>
            {brand && <p className={css.brand}>{words.by(brand)}</p>}
          </div>
          <a href="#reviews" className={css.stars}>
            <Stars average={rating.average} count={rating.count} />
          </a>
          <Buy product={product} />
        </div>
      </article>
      <Attributes product={product} />
      <BoughtTogether product={product} />
      <Reviews product={product} />
    </>
  );
}
