import type { Schema } from "../api/client";
import { ProductCard } from "../catalogue/ProductCard";
import { ProductGrid } from "../catalogue/ProductGrid";
import { QuickAdd } from "../catalogue/QuickAdd";
import { Notice } from "../parts/Notice";
import { product as words } from "../strings/product";
import css from "./ProductPage.module.css";

const SHOWN = 4;

/** What was ordered together with it, and how often. */
export function BoughtTogether({ product: { boughtTogether, degraded } }: { product: Schema["ProductDetail"] }) {
  if (degraded.includes("boughtTogether"))
    return (
      <div className={css.section}>
        <Notice kind="waiting" title={words.missing.boughtTogether} />
      </div>
    );
  if (!boughtTogether || boughtTogether.items.length === 0) return null;
  return (
    <section className={css.section}>
      <h2>{words.together}</h2>
      <p className={css.why}>{words.togetherWhy(boughtTogether.orders)}</p>
      <ProductGrid large>
        {boughtTogether.items.slice(0, SHOWN).map((each) => (
          <ProductCard
            key={each.productId}
            product={each}
            why={words.togetherIn(each.orders)}
            action={<QuickAdd product={each} />}
          />
        ))}
      </ProductGrid>
    </section>
  );
}
