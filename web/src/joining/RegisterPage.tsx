import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { Form, FormFoot } from "../app/Form";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { missing, useForm } from "../app/use-form";
import { Button } from "../parts/Button";
import { useDraft } from "../parts/draft";
import { TextField } from "../parts/Field";
import { PasswordField } from "../parts/PasswordField";
import { joining } from "../strings/joining";
import { EMAIL_DRAFT, NAMES_DRAFT } from "./drafts";
import { JoiningPage } from "./JoiningPage";
import css from "./Names.module.css";
import { enter, register } from "./requests";
import { useBack } from "./use-back";

const FIELDS = {
  firstName: { label: joining.firstName, id: "first-name" },
  lastName: { label: joining.lastName, id: "last-name" },
  email: { label: joining.email, id: "email" },
  password: { label: joining.password, id: "password" },
};

/** Opens an account; what is next is the mail that proves the address. */
export function RegisterPage() {
  const client = useQueryClient();
  const router = useRouter();
  const { search } = useBack();
  const [email, setEmail, forgetEmail] = useDraft(EMAIL_DRAFT, "");
  const [names, setNames, forgetNames] = useDraft(NAMES_DRAFT, { firstName: "", lastName: "" });
  const [password, setPassword] = useState("");
  const form = useForm({
    check: () => missing({ ...names, email, password }, joining.problems.missing),
    send: () => register({ ...names, email: email.trim(), password }),
    onDone: async (signedIn) => {
      await enter(client, signedIn);
      forgetEmail();
      forgetNames();
      const query = new URLSearchParams(search).toString();
      router.history.replace(query ? `${places.verify}?${query}` : places.verify);
    },
    words: joining.problems,
  });
  const name = (field: keyof typeof names) => ({
    ...FIELDS[field],
    value: names[field],
    error: form.errors[field],
    maxLength: 500,
    onChange: ({ target }: { target: { value: string } }) => setNames({ ...names, [field]: target.value }),
  });
  const below = (
    <ShopLink to={places.login} search={search}>
      {joining.register.known}
    </ShopLink>
  );
  return (
    <JoiningPage title={joining.register.title} why={joining.register.why} below={below}>
      <Form {...form} fields={FIELDS} label={joining.register.title}>
        <div className={css.names}>
          <TextField {...name("firstName")} autoComplete="given-name" />
          <TextField {...name("lastName")} autoComplete="family-name" />
        </div>
        <TextField
          {...FIELDS.email}
          type="email"
          autoComplete="email"
          maxLength={320}
          value={email}
          error={form.errors.email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <PasswordField
          {...FIELDS.password}
          kind="new"
          hint={joining.passwordHint}
          value={password}
          error={form.errors.password}
          onChange={({ target }) => setPassword(target.value)}
        />
        <FormFoot>
          <Button type="submit" look="primary" busy={form.busy}>
            {joining.register.button}
          </Button>
        </FormFoot>
      </Form>
    </JoiningPage>
  );
}
