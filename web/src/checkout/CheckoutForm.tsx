import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { AddressFields } from "../address/AddressFields";
import { addressLabels } from "../address/draft";
import { Problem } from "../api/problems";
import type { Profile } from "../app/session";
import type { Cart } from "../cart/query";
import { type Quote, quoteQuery } from "../cart/quote";
import { useDraft } from "../parts/draft";
import { Tick } from "../parts/Field";
import { FormErrors } from "../parts/FormErrors";
import { type FieldErrors, fieldErrors } from "../parts/form-errors";
import { address as addressWords } from "../strings/address";
import { checkout as words } from "../strings/checkout";
import { AddressBook } from "./AddressBook";
import css from "./CheckoutPage.module.css";
import { Delivery } from "./Delivery";
import { BILLING, chosenOf, destinationOf, faultsOf, newDraft, SHIPPING } from "./form";
import { Payment } from "./Payment";
import { Refused } from "./Refused";
import { Review } from "./Review";
import { useCheckout } from "./use-checkout";

type Props = { cart: Cart; person: Profile };

/** The form; what is typed outlives an error, a reload and a log-in, until the order is placed. */
export function CheckoutForm({ cart, person }: Props) {
  const [draft, keep, forget] = useDraft("checkout", newDraft(person));
  const [faults, setFaults] = useState<FieldErrors>({});
  const [shown, setShown] = useState<Quote>();
  const book = person.addresses;
  const isTyped = chosenOf(draft, book) === null;
  const quote = useQuery(quoteQuery(cart, destinationOf(draft, book)));
  const placing = useCheckout(forget, (addressId) => keep({ ...draft, addressId, save: false }));
  const errors = {
    ...placeErrors(quote.error, isTyped),
    ...fieldErrors(placing.error, addressWords.problems),
    ...faults,
  };
  const priced = quote.data?.tax != null && !quote.isPlaceholderData ? quote.data : undefined;
  const change = (part: Partial<typeof draft>) => {
    setFaults({});
    if (placing.error instanceof Problem && placing.error.errors.length > 0) placing.reset();
    keep({ ...draft, ...part });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultsOf(draft, book);
    setFaults(found);
    if (Object.keys(found).length > 0 || !priced) return;
    setShown(priced);
    placing.mutate({ draft, book, cart, total: priced.totalAmount });
  };
  const labels = {
    ...addressLabels(draft.address, "ship", SHIPPING),
    ...addressLabels(draft.billing, "bill", BILLING),
  };
  return (
    <form className={css.page} onSubmit={submit} noValidate aria-label={words.heading}>
      <div className={css.parts}>
        <FormErrors errors={errors} fields={labels} />
        <Refused error={placing.error} shown={shown} person={person} />
        <section className={css.part}>
          <h2>{words.address.heading}</h2>
          <AddressBook book={book} chosen={chosenOf(draft, book)} onChoose={(addressId) => change({ addressId })} />
          {isTyped && (
            <>
              <AddressFields
                id="ship"
                section="shipping"
                prefix={SHIPPING}
                value={draft.address}
                errors={errors}
                onChange={(address) => change({ address })}
              />
              <Tick
                label={words.address.save}
                checked={draft.save}
                onChange={({ target }) => change({ save: target.checked })}
              />
            </>
          )}
        </section>
        <fieldset className={css.part}>
          <legend className={css.legend}>{words.billing.heading}</legend>
          <Tick
            label={words.billing.other}
            checked={draft.hasBilling}
            onChange={({ target }) => change({ hasBilling: target.checked })}
          />
          {draft.hasBilling && (
            <AddressFields
              id="bill"
              section="billing"
              prefix={BILLING}
              value={draft.billing}
              errors={errors}
              onChange={(billing) => change({ billing })}
            />
          )}
        </fieldset>
        <Delivery quote={quote.data} />
        <Payment token={draft.token} onChoose={(token) => change({ token })} />
      </div>
      <Review {...{ cart, quote: quote.data, priced, failed: quote.isError, busy: placing.isPending }} />
    </form>
  );
}

/** What is wrong with the place, beside the fields of the address where one is typed. */
function placeErrors(error: unknown, isTyped: boolean): FieldErrors {
  if (!isTyped) return {};
  const found = Object.entries(fieldErrors(error, addressWords.problems));
  return Object.fromEntries(found.map(([field, said]) => [field.replace(/^destination\./, SHIPPING), said]));
}
