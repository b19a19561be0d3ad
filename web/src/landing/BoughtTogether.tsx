import { useQuery } from "@tanstack/react-query";
import { useSession } from "../app/session";
import { ProductCard } from "../catalogue/ProductCard";
import { ProductGrid } from "../catalogue/ProductGrid";
import { QuickAdd } from "../catalogue/QuickAdd";
import { landing } from "../strings/landing";
import { lastOrderQuery, togetherQuery, trendingQuery } from "./queries";
import { Section } from "./Section";

const SHOWN = 4;

/** What others bought together with something of the last order or, for who has none, with what is trending most. */
export function BoughtTogether() {
  const subject = useSubject();
  const together = useQuery({ ...togetherQuery(subject?.productId ?? ""), enabled: subject !== undefined }).data;
  if (!subject || !together || together.items.length === 0) return null;
  return (
    <Section title={landing.together(subject.name)} why={landing.togetherWhy(together.orders)}>
      <ProductGrid large>
        {together.items.slice(0, SHOWN).map((product) => (
          <ProductCard
            key={product.productId}
            product={product}
            why={landing.togetherIn(product.orders)}
            action={<QuickAdd product={product} />}
          />
        ))}
      </ProductGrid>
    </Section>
  );
}

function useSubject(): { productId: string; name: string } | undefined {
  const person = useSession();
  const last = useQuery({ ...lastOrderQuery, enabled: Boolean(person) }).data;
  const trending = useQuery(trendingQuery).data;
  return last?.items[0] ?? trending?.items[0];
}
