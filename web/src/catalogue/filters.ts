import { stringifySearch, wholeNumber, word } from "../app/address";

export const SORTS = ["relevance", "trending", "newest", "rating", "price", "-price", "name", "-name"] as const;
export type Sort = (typeof SORTS)[number];

/** Which products are listed, in which order, and which page of them; as it stands in the address. */
export type Filters = {
  q?: string | undefined;
  department?: string | undefined;
  category?: string | undefined;
  brand?: string | undefined;
  /** Prices in minor units of `currency`. */
  min?: number | undefined;
  max?: number | undefined;
  currency?: string | undefined;
  stock?: "in" | undefined;
  stars?: number | undefined;
  sort?: Sort | undefined;
  /** Counted from 1, which is left out. */
  page?: number | undefined;
};

export const PAGE_SIZE = 24;
const MOST_PAGES = Math.floor(100_000 / PAGE_SIZE);
const MOST_PRICE = 10 ** 12;
const MOST_WORDS = 200;

/** Read the filters of an address; what makes no sense is left out. */
export function parseFilters(search: Readonly<Record<string, unknown>>): Filters {
  const text = (name: string) => word(search, name)?.slice(0, MOST_WORDS);
  const price = { least: 0, most: MOST_PRICE };
  const sort = word(search, "sort");
  const currency = word(search, "currency");
  const page = wholeNumber(search, "page", { least: 2, most: MOST_PAGES });
  return withoutGaps({
    q: text("q"),
    department: text("department"),
    category: text("category"),
    brand: text("brand"),
    min: wholeNumber(search, "min", price),
    max: wholeNumber(search, "max", price),
    currency: currency && /^[A-Z]{3}$/.test(currency) ? currency : undefined,
    stock: word(search, "stock") === "in" ? "in" : undefined,
    stars: wholeNumber(search, "stars", { least: 1, most: 5 }),
    sort: SORTS.find((each) => each === sort),
    page,
  });
}

/** Return the parameters with which the BFF lists these products. */
export function queryOf({ min, max, stock, stars, page = 1, ...same }: Filters) {
  return withoutGaps({
    ...same,
    currency: min === undefined && max === undefined ? undefined : same.currency,
    minPrice: min,
    maxPrice: max,
    inStock: stock === "in" ? true : undefined,
    minRating: stars,
    skip: page > 1 ? (page - 1) * PAGE_SIZE : undefined,
    limit: PAGE_SIZE,
  });
}

/** Change some filters: the list begins at its first page, and another department forgets the category. */
export function changeFilters(filters: Filters, change: Filters): Filters {
  const category = "department" in change ? undefined : filters.category;
  return inOrder({ ...filters, category, page: undefined, ...change });
}

/** Write filters as what stands behind the `?` of an address. */
export function addressOf(filters: Filters): string {
  return stringifySearch(filters);
}

/** The order that a list has: as chosen, else what finds best comes first, and other lists go by name. */
export function sortOf({ sort, q }: Filters): Sort {
  return sort ?? (q ? "relevance" : "name");
}

/** How many filters narrow the list, the words that are looked for not counted. */
export function countFilters({ q: _, sort: __, page: ___, currency: ____, ...narrowing }: Filters): number {
  return Object.values(narrowing).filter((each) => each !== undefined).length;
}

/** The same list has the same address, in whatever order its filters were chosen. */
function inOrder({ q, department, category, brand, min, max, currency, stock, stars, sort, page }: Filters): Filters {
  return withoutGaps({ q, department, category, brand, min, max, currency, stock, stars, sort, page });
}

type Gapless<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutGaps<T extends object>(value: T): Gapless<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Gapless<T>;
}
