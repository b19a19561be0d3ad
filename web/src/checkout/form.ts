import { type AddressDraft, addressBody, addressFaults, draftOf } from "../address/draft";
import type { Schema } from "../api/client";
import { fullName, type Profile } from "../app/session";
import type { Destination } from "../cart/quote";
import type { FieldErrors } from "../parts/form-errors";

export type Saved = Schema["SavedAddress"];
export type Address = Schema["Address"];

/** What somebody has chosen and typed so far. `addressId` is one of the book; null is the one that is typed. */
export type CheckoutDraft = {
  addressId: string | null | undefined;
  address: AddressDraft;
  save: boolean;
  hasBilling: boolean;
  billing: AddressDraft;
  token: string;
};

export const SHIPPING = "shippingAddress.";
export const BILLING = "billingAddress.";

/** What a person begins with: their name, and nothing else. */
export function newDraft(person: Profile): CheckoutDraft {
  const address = draftOf({ name: fullName(person) });
  return { addressId: undefined, address, save: false, hasBilling: false, billing: draftOf(), token: "tok_ok" };
}

/** The address of the book that is chosen: the first before anything is chosen; null where one is typed. */
export function chosenOf({ addressId }: CheckoutDraft, book: readonly Saved[]): Saved | null {
  if (addressId === null) return null;
  const usable = book.filter(({ address }) => address !== null);
  return usable.find((each) => each.addressId === addressId) ?? usable[0] ?? null;
}

/** Where it goes. */
export function shippingOf(draft: CheckoutDraft, book: readonly Saved[]): Address {
  const saved = chosenOf(draft, book)?.address;
  return addressBody(saved ? draftOf(saved) : draft.address);
}

/** What is missing in what was typed. */
export function faultsOf(draft: CheckoutDraft, book: readonly Saved[]): FieldErrors {
  return {
    ...(chosenOf(draft, book) ? {} : addressFaults(draft.address, SHIPPING)),
    ...(draft.hasBilling ? addressFaults(draft.billing, BILLING) : {}),
  };
}

/** What the price depends on, once enough of the address is there. */
export function destinationOf(draft: CheckoutDraft, book: readonly Saved[]): Destination | undefined {
  const { country, region, city, postalCode } = shippingOf(draft, book);
  const rest = { name: "-", line1: "-" };
  const place = draftOf({ ...rest, country, region: region ?? "", city: city ?? "", postalCode: postalCode ?? "" });
  if (Object.keys(addressFaults(place)).length > 0) return undefined;
  return { country, ...(region && { region }), ...(city && { city }), ...(postalCode && { postalCode }) };
}

/** The body of the order; `total` is the sum that its person was shown. */
export function orderBody(draft: CheckoutDraft, book: readonly Saved[], cartId: string, total: number) {
  return {
    cartId,
    shippingAddress: shippingOf(draft, book),
    ...(draft.hasBilling && { billingAddress: addressBody(draft.billing) }),
    paymentMethod: { token: draft.token },
    totalAmount: total,
  };
}
