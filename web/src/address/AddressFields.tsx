import { useMemo } from "react";
import { SelectField, TextField } from "../parts/Field";
import type { FieldErrors } from "../parts/form-errors";
import { address as words } from "../strings/address";
import css from "./AddressFields.module.css";
import { countryNames, countryOf, type PlaceField, wordFor } from "./countries";
import type { AddressDraft } from "./draft";

type Props = {
  value: AddressDraft;
  onChange: (value: AddressDraft) => void;
  errors?: FieldErrors;
  /** How the body names the address in errors: "shippingAddress.". */
  prefix?: string;
  /** The beginning of the ids of the controls. */
  id: string;
  /** Which address the browser fills in. */
  section?: "shipping" | "billing";
};

const FILLED: Readonly<Record<keyof AddressDraft, string>> = {
  name: "name",
  line1: "address-line1",
  line2: "address-line2",
  city: "address-level2",
  region: "address-level1",
  postalCode: "postal-code",
  country: "country",
};

/** The fields of an address, those of its country in the country's order. */
export function AddressFields({ value, onChange, errors = {}, prefix = "", id, section }: Props) {
  const names = useMemo(countryNames, []);
  const country = countryOf(value.country);
  const field = (name: keyof AddressDraft) => ({
    id: `${id}-${name}`,
    value: value[name],
    error: errors[prefix + name],
    autoComplete: section ? `${section} ${FILLED[name]}` : FILLED[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ ...value, [name]: target.value }),
  });
  const place = (name: PlaceField) => {
    const common = { label: wordFor(name, country), optional: !country.needs.includes(name), ...field(name) };
    const hint = name === "postalCode" && country.example && words.example(country.example);
    if (name !== "region" || !country.regions) return <TextField key={name} {...common} hint={hint} maxLength={500} />;
    return (
      <SelectField key={name} {...common}>
        <Options choices={[["", words.choose], ...country.regions]} />
      </SelectField>
    );
  };
  // a region of one country is none of another
  const choose = ({ target }: { target: { value: string } }) =>
    onChange({ ...value, country: target.value, region: "" });
  return (
    <div className={css.fields}>
      <SelectField label={words.country} {...field("country")} onChange={choose}>
        <Options choices={names} />
      </SelectField>
      <TextField label={words.name} maxLength={500} {...field("name")} />
      <TextField label={words.line1} maxLength={500} {...field("line1")} />
      <TextField label={words.line2} maxLength={500} optional {...field("line2")} />
      <div className={css.place}>{country.fields.map(place)}</div>
    </div>
  );
}

function Options({ choices }: { choices: readonly (readonly [string, string])[] }) {
  return choices.map(([code, name]) => (
    <option key={code} value={code}>
      {name}
    </option>
  ));
}
