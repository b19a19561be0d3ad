import { AddressText } from "../address/AddressText";
import { checkout as words } from "../strings/checkout";
import css from "./Choice.module.css";
import type { Saved } from "./form";

type Props = { book: readonly Saved[]; chosen: Saved | null; onChoose: (addressId: string | null) => void };

/** The person's addresses, and the way to type another; without any there is nothing to choose. */
export function AddressBook({ book, chosen, onChoose }: Props) {
  if (book.length === 0) return null;
  return (
    <fieldset className={css.choices}>
      <legend className={css.hidden}>{words.address.book}</legend>
      {book.map((each) =>
        each.address ? (
          <label key={each.addressId} className={css.choice}>
            <input
              type="radio"
              name="address"
              checked={chosen?.addressId === each.addressId}
              onChange={() => onChoose(each.addressId)}
            />
            <AddressText of={each.address} />
          </label>
        ) : null,
      )}
      <label className={css.choice}>
        <input type="radio" name="address" checked={chosen === null} onChange={() => onChoose(null)} />
        <span>{words.address.another}</span>
      </label>
    </fieldset>
  );
}
