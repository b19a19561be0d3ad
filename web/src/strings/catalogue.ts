export const catalogue = {
  soldOut: "sold out",
} as const;
