import type { Schema } from "../api/client";
import { product as words } from "../strings/product";
import css from "./Attributes.module.css";
import page from "./ProductPage.module.css";

/** What is written about it, and its details, one under the other. */
export function Attributes({ product }: { product: Schema["ProductDetail"] }) {
  const { attribute } = words;
  const known: [string, string][] = [
    ...Object.entries(product.attributes),
    ...(product.brand ? [[attribute.brand, product.brand] as [string, string]] : []),
    [attribute.department, product.department],
    [attribute.category, product.category],
    [attribute.id, product.productId],
  ];
  return (
    <div className={css.columns}>
      {product.description && (
        <section className={page.section}>
          <h2>{words.description}</h2>
          <p className={css.description}>{product.description}</p>
        </section>
      )}
      <section className={page.section}>
        <h2>{words.attributes}</h2>
        <dl className={css.list}>
          {known.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}
