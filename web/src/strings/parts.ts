export const parts = {
  close: "Close",
  optional: "optional",
  required: "This is needed.",
  showPassword: "Show the password",
  stars: (average: number) => `${average} of 5 stars`,
  reviews: (count: number) => (count === 1 ? "1 review" : `${count.toLocaleString("en")} reviews`),
  noReviews: "No reviews yet",
  range: (from: number, to: number, total: number) =>
    `${from.toLocaleString("en")}–${to.toLocaleString("en")} of ${total.toLocaleString("en")}`,
  pages: "Pages",
  previous: "Previous",
  next: "Next",
  page: (number: number) => `Page ${number}`,
  notices: { done: "Done", waiting: "Note", failed: "Failed", info: "Note" },
  formErrors: (count: number) => (count === 1 ? "1 field needs a look" : `${count} fields need a look`),
} as const;
