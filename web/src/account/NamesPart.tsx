import { Form, FormFoot } from "../app/Form";
import { missing, useForm } from "../app/use-form";
import css from "../joining/Names.module.css";
import { Button } from "../parts/Button";
import { useDraft } from "../parts/draft";
import { TextField } from "../parts/Field";
import { Notice } from "../parts/Notice";
import { account } from "../strings/account";
import { joining } from "../strings/joining";
import { AccountPart } from "./AccountPage";
import { changeNames, usePerson, usePersonChanged } from "./person";

const FIELDS = {
  firstName: { label: joining.firstName, id: "first-name" },
  lastName: { label: joining.lastName, id: "last-name" },
};

export function NamesPart() {
  const person = usePerson();
  const changed = usePersonChanged();
  const known = { firstName: person.firstName ?? "", lastName: person.lastName ?? "" };
  const [names, setNames, forget] = useDraft(`names of ${person.userId}`, known);
  const form = useForm({
    check: () => missing(names, joining.problems.missing),
    send: () => changeNames(names),
    onDone: async () => {
      forget();
      await changed();
    },
    words: joining.problems,
  });
  const name = (field: keyof typeof names) => ({
    ...FIELDS[field],
    value: names[field],
    error: form.errors[field],
    maxLength: 500,
    onChange: ({ target }: { target: { value: string } }) => {
      form.reset();
      setNames({ ...names, [field]: target.value });
    },
  });
  return (
    <AccountPart title={account.names.title} why={account.names.why}>
      <Form {...form} fields={FIELDS} label={account.names.title}>
        <div className={css.names}>
          <TextField {...name("firstName")} autoComplete="given-name" />
          <TextField {...name("lastName")} autoComplete="family-name" />
        </div>
        {form.isDone && <Notice kind="done" title={account.saved} />}
        <FormFoot>
          <Button type="submit" busy={form.busy}>
            {account.save}
          </Button>
        </FormFoot>
      </Form>
    </AccountPart>
  );
}
