const n = (count: number) => count.toLocaleString("en");

export const product = {
  title: (name: string) => `${name} · AIOutlet`,
  by: (brand: string) => `by ${brand}`,
  stock: {
    unknown: "How many there are is not known right now.",
    none: "Sold out",
    few: (left: number) => `${left} left`,
    many: "In stock",
    ended: "Not sold any more",
  },
  delivery: "One parcel, prepared at once. Tax and shipping are added at the checkout, by your address.",
  quantity: "Quantity",
  less: "One less",
  more: "One more",
  add: "Add to cart",
  added: (pieces: number) => (pieces === 1 ? "1 is in your cart." : `${n(pieces)} are in your cart.`),
  announced: (name: string, pieces: number) => `${pieces} of ${name} added to your cart.`,
  toCart: "To the cart",
  onlyLeft: (left: number) => (left === 0 ? "There are none left." : `There are only ${n(left)}.`),
  withInCart: (pieces: number) => ` ${n(pieces)} of them ${pieces === 1 ? "is" : "are"} in your cart.`,
  description: "About it",
  attributes: "Details",
  attribute: { department: "Department", category: "Category", brand: "Brand", id: "Article" },
  together: "Bought together",
  togetherWhy: (orders: number) =>
    orders === 1 ? "In the one order that had it." : `In the ${n(orders)} orders that had it.`,
  togetherIn: (orders: number) => (orders === 1 ? "in 1 order" : `in ${n(orders)} orders`),
  missing: {
    reviews: "The reviews do not answer right now.",
    boughtTogether: "What is bought together is not known right now.",
  },
  reviews: {
    title: "Reviews",
    none: "Nobody has reviewed it yet. Who has bought it can be the first.",
    noneSo: "No review has so many stars.",
    of: (average: number, count: number) =>
      `${average.toFixed(1)} of 5, from ${count === 1 ? "1 review" : `${n(count)} reviews`}`,
    row: (stars: number, count: number) =>
      `${stars === 1 ? "1 star" : `${stars} stars`}: ${count === 1 ? "1 review" : `${n(count)} reviews`}`,
    only: (stars: number) => `Only ${stars === 1 ? "1 star" : `${stars} stars`}`,
    all: "All reviews",
    boughtHere: "bought here",
    anonymous: "Somebody",
    edited: "edited",
    sort: "Sort by",
    sorts: { newest: "Newest", highest: "Best first", lowest: "Worst first" },
    more: "Show more reviews",
  },
} as const;
