import { useQuery } from "@tanstack/react-query";
import { QueryState } from "../app/QueryState";
import { classes } from "../parts/classes";
import { Pagination } from "../parts/Pagination";
import { catalogue } from "../strings/catalogue";
import { ActiveFilters } from "./ActiveFilters";
import css from "./CataloguePage.module.css";
import { Categories } from "./Categories";
import { FilterLink } from "./FilterLink";
import { FilterPanel } from "./FilterPanel";
import { FilterSheet } from "./FilterSheet";
import { type Filters, PAGE_SIZE } from "./filters";
import { Nothing } from "./Nothing";
import { Path } from "./Path";
import { ProductCard } from "./ProductCard";
import { ProductGrid, ProductGridSkeleton } from "./ProductGrid";
import { QuickAdd } from "./QuickAdd";
import { productsQuery } from "./queries";
import { catalogueRoute } from "./route";
import { SortChoice } from "./SortChoice";

const IN_FIRST_SCREEN = 8;

export function CataloguePage() {
  const filters = catalogueRoute.useLoaderDeps();
  const query = useQuery(productsQuery(filters));
  const heading = headingOf(filters);
  return (
    <>
      <title>{catalogue.title(heading)}</title>
      <Path filters={filters} />
      <div className={css.head}>
        <h1>{heading}</h1>
        <p className={css.count} role="status">
          {query.data && catalogue.count(query.data.total)}
        </p>
      </div>
      <Categories filters={filters} found={query.data} />
      <div className={css.page}>
        <aside className={css.panel} aria-label={catalogue.filters}>
          {query.data && <FilterPanel filters={filters} found={query.data} />}
        </aside>
        <div className={css.list}>
          <div className={css.bar}>
            <FilterSheet filters={filters} found={query.data} />
            <SortChoice filters={filters} />
          </div>
          <ActiveFilters filters={filters} />
          <QueryState query={query} loading={<ProductGridSkeleton count={PAGE_SIZE} />}>
            {({ items, total, skip }) =>
              items.length === 0 ? (
                <Nothing filters={filters} />
              ) : (
                <div
                  className={classes(css.found, query.isPlaceholderData && css.old)}
                  aria-busy={query.isPlaceholderData}
                >
                  <ProductGrid>
                    {items.map((product, index) => (
                      <ProductCard
                        key={product.productId}
                        product={product}
                        level={2}
                        first={index < IN_FIRST_SCREEN}
                        action={<QuickAdd product={product} />}
                      />
                    ))}
                  </ProductGrid>
                  <Pages filters={filters} total={total} skip={skip} />
                </div>
              )
            }
          </QueryState>
        </div>
      </div>
    </>
  );
}

/** It says which page is shown, which is the one before until the next is there. */
function Pages({ filters, total, skip }: { filters: Filters; total: number; skip: number }) {
  return (
    <Pagination
      total={total}
      size={PAGE_SIZE}
      page={Math.floor(skip / PAGE_SIZE) + 1}
      link={(page, words, label, isCurrent) => (
        <FilterLink
          filters={filters}
          change={{ page: page === 1 ? undefined : page }}
          toTop
          aria-label={label}
          aria-current={isCurrent ? "page" : undefined}
        >
          {words}
        </FilterLink>
      )}
    />
  );
}

function headingOf({ q, department, category }: Filters): string {
  return q ? catalogue.results(q) : (category ?? department ?? catalogue.all);
}
