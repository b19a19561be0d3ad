import { useMutation } from "@tanstack/react-query";
import { AddressText } from "../address/AddressText";
import type { Schema } from "../api/client";
import { PartError } from "../app/errors";
import { Button } from "../parts/Button";
import { account } from "../strings/account";
import css from "./AccountPage.module.css";
import { removeAddress, usePersonChanged } from "./person";

const words = account.book;

/** A kept address, and what can be done with it. */
export function AddressRow({ addressId, address, onEdit }: Schema["SavedAddress"] & { onEdit: () => void }) {
  const changed = usePersonChanged();
  const removing = useMutation({ mutationFn: () => removeAddress(addressId), onSuccess: changed });
  if (!address) return null;
  return (
    <article className={css.part}>
      <div className={css.row}>
        <AddressText of={address} />
        <div className={css.buttons}>
          <Button onClick={onEdit} aria-label={words.editOf(address.name)}>
            {account.change}
          </Button>
          <Button
            look="danger"
            busy={removing.isPending}
            onClick={() => removing.mutate()}
            aria-label={words.removeOf(address.name)}
          >
            {account.remove}
          </Button>
        </div>
      </div>
      {removing.isError && <PartError error={removing.error} />}
    </article>
  );
}
