import type { Schema } from "../api/client";
import { countryOf } from "./countries";

/** The lines of an address without its country: name, street, and the place in the country's own order. */
export function addressLines(address: Schema["PostalAddress"]): string[] {
  const place = countryOf(address.country).fields.map((field) => address[field]);
  const lines = [address.name, address.line1, address.line2, place.filter(Boolean).join(" ")];
  return lines.filter((line): line is string => Boolean(line));
}
