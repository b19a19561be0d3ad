import { AddressFields } from "../address/AddressFields";
import { addressBody, addressFaults, addressLabels, draftOf } from "../address/draft";
import type { Schema } from "../api/client";
import { Form, FormFoot } from "../app/Form";
import { fullName } from "../app/session";
import { useForm } from "../app/use-form";
import { Button } from "../parts/Button";
import { useDraft } from "../parts/draft";
import { account } from "../strings/account";
import { address as words } from "../strings/address";
import { keepAddress, usePerson, usePersonChanged } from "./person";

type Props = { addressId?: string; address: Schema["PostalAddress"] | null; onClose: () => void };

const PREFIX = "address.";
const ID = "address";

/** The name of what is typed into the form and not sent. */
export function addressDraft(userId: string, addressId = "new"): string {
  return `address ${addressId} of ${userId}`;
}

/** A new address, or what is to stand in the place of one. */
export function AddressForm({ addressId, address, onClose }: Props) {
  const person = usePerson();
  const changed = usePersonChanged();
  const begin = draftOf(address ?? { name: fullName(person) });
  const [draft, setDraft, forget] = useDraft(addressDraft(person.userId, addressId), begin);
  const close = () => {
    forget();
    onClose();
  };
  const form = useForm({
    check: () => addressFaults(draft, PREFIX),
    send: () => keepAddress(addressBody(draft), addressId),
    onDone: async () => {
      await changed();
      close();
    },
    words: words.problems,
  });
  return (
    <Form {...form} fields={addressLabels(draft, ID, PREFIX)} label={account.book.edit}>
      <AddressFields value={draft} onChange={setDraft} errors={form.errors} prefix={PREFIX} id={ID} />
      <FormFoot>
        <Button type="submit" look="primary" busy={form.busy}>
          {account.save}
        </Button>
        <Button onClick={close}>{account.cancel}</Button>
      </FormFoot>
    </Form>
  );
}
