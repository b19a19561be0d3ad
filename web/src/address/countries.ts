import { LOCALE } from "../parts/money";
import { address } from "../strings/address";
import known from "./countries.json";

/** The fields of an address that not every country has. */
export type PlaceField = "city" | "region" | "postalCode";

/** How addresses of a country are written; the file is generated from the shop's own rules by `make reference`. */
export type Country = {
  /** In the order in which they are written. */
  fields: readonly PlaceField[];
  needs: readonly PlaceField[];
  words?: Readonly<Partial<Record<PlaceField, string>>>;
  example?: string;
  /** Code and name. */
  regions?: readonly (readonly [string, string])[];
};

const countries = known as unknown as Readonly<Record<string, Country>>;
const UNKNOWN: Country = { fields: ["city", "region", "postalCode"], needs: [] };
const FALLBACK = "US";

/** The rules of a country; of one that is not known, all fields and no duties. */
export function countryOf(code: string): Country {
  return countries[code] ?? UNKNOWN;
}

/** All countries by name, as `[code, name]`. */
export function countryNames(): (readonly [string, string])[] {
  const names = new Intl.DisplayNames([LOCALE], { type: "region" });
  const all = Object.keys(countries).map((code) => [code, names.of(code) ?? code] as const);
  return all.sort(([, one], [, other]) => one.localeCompare(other, LOCALE));
}

export function countryName(code: string): string {
  return new Intl.DisplayNames([LOCALE], { type: "region" }).of(code) ?? code;
}

/** The country that the browser's languages speak of, to begin with. */
export function likelyCountry(languages: readonly string[] = navigator.languages): string {
  const regions = languages.map((tag) => new Intl.Locale(tag).region);
  return regions.find((code) => code !== undefined && code in countries) ?? FALLBACK;
}

/** What a field is called in a country. */
export function wordFor(field: PlaceField, country: Country): string {
  const words: Readonly<Record<string, string>> = address.words[field];
  return words[country.words?.[field] ?? ""] ?? address.usual[field];
}

/** The name of a region by its code; what has no list is told as it is. */
export function regionName(country: string, region: string): string {
  return countryOf(country).regions?.find(([code]) => code === region)?.[1] ?? region;
}
