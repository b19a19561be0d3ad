import type { Schema } from "../api/client";
import css from "./AddressText.module.css";
import { countryName } from "./countries";
import { addressLines } from "./lines";

/** A postal address, a line each. */
export function AddressText({ of }: { of: Schema["PostalAddress"] }) {
  return (
    <address className={css.address}>
      {[...addressLines(of), countryName(of.country)].map((line) => (
        <span key={line}>{line}</span>
      ))}
    </address>
  );
}
