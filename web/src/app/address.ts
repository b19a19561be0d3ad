/** What stands behind the `?` of an address: words as they are, `a=1&a=2` as a list. */
export type Search = Record<string, string | string[]>;

export function parseSearch(search: string): Search {
  const found: Search = {};
  for (const [name, value] of new URLSearchParams(search)) {
    const before = found[name];
    found[name] = before === undefined ? value : [before, value].flat();
  }
  return found;
}

/** Write a search; what is undefined, null or empty is left out. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== "") parameters.append(name, String(each));
    }
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

/** The first value of a name, as `validateSearch` gets it; undefined where there is none. */
export function word(search: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const [value] = [search[name]].flat();
  const text = value === undefined || value === null ? "" : String(value).trim();
  return text || undefined;
}

/** The same as a whole number from `least` to `most`; undefined where it is none. */
export function wholeNumber(
  search: Readonly<Record<string, unknown>>,
  name: string,
  { least, most }: { least: number; most: number },
): number | undefined {
  const text = word(search, name);
  const number = text && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  return number !== undefined && number >= least && number <= most ? number : undefined;
}
