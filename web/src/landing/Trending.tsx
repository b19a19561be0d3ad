import { useQuery } from "@tanstack/react-query";
import { places } from "../app/places";
import { QueryState } from "../app/QueryState";
import { ShopLink } from "../app/ShopLink";
import { ProductCard } from "../catalogue/ProductCard";
import { ProductGrid, ProductGridSkeleton } from "../catalogue/ProductGrid";
import { QuickAdd } from "../catalogue/QuickAdd";
import { landing } from "../strings/landing";
import { newestQuery, TRENDING_SHOWN, trendingQuery } from "./queries";
import { Section } from "./Section";
import { whyTrending } from "./why";

const LOADING = <ProductGridSkeleton count={TRENDING_SHOWN} large />;

/** What people look at and buy, and why it stands here; in a shop where nobody has been yet, what is new. */
export function Trending() {
  const query = useQuery(trendingQuery);
  if (query.data?.items.length === 0) return <Newest />;
  return (
    <Section title={landing.trending} why={landing.trendingWhy} more={<More sort="trending" />}>
      <QueryState query={query} loading={LOADING}>
        {({ items }) => (
          <ProductGrid large>
            {items.map((product) => (
              <ProductCard
                key={product.productId}
                product={product}
                why={whyTrending(product.trending)}
                action={<QuickAdd product={product} />}
              />
            ))}
          </ProductGrid>
        )}
      </QueryState>
    </Section>
  );
}

function Newest() {
  return (
    <Section title={landing.newest} why={landing.newestWhy} more={<More sort="newest" />}>
      <QueryState query={useQuery(newestQuery)} loading={LOADING}>
        {({ items }) => (
          <ProductGrid large>
            {items.map((product) => (
              <ProductCard key={product.productId} product={product} action={<QuickAdd product={product} />} />
            ))}
          </ProductGrid>
        )}
      </QueryState>
    </Section>
  );
}

function More({ sort }: { sort: string }) {
  return (
    <ShopLink to={places.products} search={{ sort }}>
      {landing.all}
    </ShopLink>
  );
}
