import { type FormEvent, useState } from "react";
import { api, read, type Schema } from "../../api/client";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { fieldErrors } from "../../parts/form-errors";
import { Notice } from "../../parts/Notice";
import { configuration as words } from "../../strings/console/configuration";
import { Outcome, useAction } from "../parts/action";
import { Part } from "../parts/Part";
import css from "./Configuration.module.css";
import { PricingFields } from "./PricingFields";
import { CONFIG } from "./queries";
import { type Pricing, readNumbers, readPricing, type Typed, type Value } from "./values";

type Config = Schema["ConfigHistory"];
type Change = { value: Value; reason: string };

/** The value of a key, to be changed as a whole; refused where somebody has changed it meanwhile. */
export function ConfigForm({ config }: { config: Config }) {
  const [isBad, setBad] = useState(false);
  const draft = `console ${config.key} ${config.version}`;
  const action = useAction<Change>({
    run: (change) => {
      const params = { path: { key: config.key } };
      return read(api.PUT("/bff/admin/config/{key}", { params, body: { ...change, version: config.version } }));
    },
    changes: [CONFIG],
    draft,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = typedIn(event.currentTarget);
    const value = readValue(config, typed);
    setBad(value === null);
    if (value) action.mutate({ value, reason: typed.reason ?? "" });
  };
  const errors = fieldErrors(action.error);
  return (
    <Part level={2} title={`${words.keyNames[config.key]}: ${words.version(config.version)}`}>
      <Part.Form key={config.version} draft={draft} onSubmit={submit}>
        {config.key === "pricing" ? (
          <PricingFields value={config.value as Pricing} errors={errors} />
        ) : (
          <NumberFields value={config.value} errors={errors} />
        )}
        <TextField label={words.reason} name="reason" hint={words.reasonHint} maxLength={200} error={errors.reason} />
        <Button type="submit" look="primary" busy={action.isPending}>
          {words.save}
        </Button>
      </Part.Form>
      {isBad && <Notice kind="failed" title={words.badAmount} />}
      <Outcome of={action} done={words.saved} />
    </Part>
  );
}

function NumberFields({ value, errors }: { value: Value; errors: Readonly<Record<string, string>> }) {
  return (
    <div className={css.fields}>
      {Object.entries(value).map(([name, number]) => (
        <TextField
          key={name}
          label={words.fields[name] ?? name}
          name={name}
          type="number"
          step="any"
          min={0}
          defaultValue={String(number)}
          error={errors[`value.${name}`]}
        />
      ))}
    </div>
  );
}

function typedIn(form: HTMLFormElement): Typed {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
}

function readValue(config: Config, typed: Typed): Value | null {
  return config.key === "pricing" ? readPricing(typed, config.value as Pricing) : readNumbers(typed, config.value);
}
