import { useState } from "react";
import { Button } from "../parts/Button";
import { hasDraft } from "../parts/draft";
import { account } from "../strings/account";
import { AccountPage, AccountPart } from "./AccountPage";
import css from "./AccountPage.module.css";
import { AddressForm, addressDraft } from "./AddressForm";
import { AddressRow } from "./AddressRow";
import { usePerson } from "./person";

const words = account.book;

/** The address book. */
export function AddressesPage() {
  const { addresses, userId } = usePerson();
  const [open, setOpen] = useState<string | null>(() => (hasDraft(addressDraft(userId)) ? "" : null));
  const close = () => setOpen(null);
  return (
    <AccountPage title={account.addresses}>
      {addresses.length === 0 && open === null && (
        <AccountPart title={words.none}>
          <p className={css.soft}>{words.noneNext}</p>
        </AccountPart>
      )}
      {addresses.map(({ addressId, address }) =>
        open === addressId ? (
          <AccountPart key={addressId} title={words.edit}>
            <AddressForm {...{ addressId, address }} onClose={close} />
          </AccountPart>
        ) : (
          <AddressRow key={addressId} {...{ addressId, address }} onEdit={() => setOpen(addressId)} />
        ),
      )}
      {open === "" ? (
        <AccountPart title={words.add}>
          <AddressForm address={null} onClose={close} />
        </AccountPart>
      ) : (
        <div>
          <Button look={addresses.length === 0 ? "primary" : "secondary"} onClick={() => setOpen("")}>
            {words.add}
          </Button>
        </div>
      )}
    </AccountPage>
  );
}
