import type { Schema } from "../api/client";
import type { FieldErrors } from "../parts/form-errors";
import { address as words } from "../strings/address";
import { countryOf, likelyCountry, type PlaceField, wordFor } from "./countries";

/** An address while it is typed: a field without anything is "". */
export type AddressDraft = Record<"name" | "line1" | "line2" | "country" | PlaceField, string>;

type Address = Schema["Address"];
type Known = Partial<Record<keyof AddressDraft, string | null>>;

/** An address to begin with: what is known, and else nothing but the likely country. */
export function draftOf(known: Known = {}): AddressDraft {
  return {
    name: known.name ?? "",
    line1: known.line1 ?? "",
    line2: known.line2 ?? "",
    city: known.city ?? "",
    region: known.region ?? "",
    postalCode: known.postalCode ?? "",
    country: known.country ?? likelyCountry(),
  };
}

/** What is sent: without the fields that the country has not, and without empty ones. */
export function addressBody(draft: AddressDraft): Address {
  const { fields } = countryOf(draft.country);
  const body: Address = { name: draft.name.trim(), line1: draft.line1.trim(), country: draft.country };
  for (const field of ["line2", ...fields] as const) if (draft[field].trim()) body[field] = draft[field].trim();
  return body;
}

/** What the country needs and is not there, by the field; `prefix` as the body has the address, "shippingAddress.". */
export function addressFaults(draft: AddressDraft, prefix = ""): FieldErrors {
  const needed = ["name", "line1", ...countryOf(draft.country).needs] as const;
  const missing = needed.filter((field) => !draft[field].trim());
  return Object.fromEntries(missing.map((field) => [prefix + field, words.problems.missing]));
}

/** The labels and ids of the fields, for the list of errors on top of a form. */
export function addressLabels(draft: AddressDraft, id: string, prefix = "") {
  const country = countryOf(draft.country);
  const labels = {
    name: words.name,
    line1: words.line1,
    line2: words.line2,
    country: words.country,
    ...Object.fromEntries(country.fields.map((field) => [field, wordFor(field, country)])),
  };
  return Object.fromEntries(
    Object.entries(labels).map(([field, label]) => [prefix + field, { label, id: `${id}-${field}` }]),
  );
}
