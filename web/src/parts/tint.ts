const KNOWN: Readonly<Record<string, number>> = {
  Grocery: 2,
  "Fruit & Vegetables": 1,
  "Health & Home": 9,
  Meat: 3,
  Deli: 6,
  "Packaged Meat": 7,
  Bakery: 10,
  "Natural Foods": 11,
  Seafood: 4,
  Flowers: 5,
  Café: 0,
  "Salad Bar": 8,
  Garden: 8,
};
const TINTS = 12;

/** The number of a department's tint; one that nobody chose a tint for gets one from its name, always the same. */
export function tintOf(department: string): number {
  return KNOWN[department] ?? [...department].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) % 9973, 7) % TINTS;
}
