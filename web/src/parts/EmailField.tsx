import type { ComponentProps } from "react";
import { TextField } from "./Field";

type Props = Omit<ComponentProps<typeof TextField>, "type" | "maxLength" | "onChange"> & {
  autoComplete: "username" | "email";
  value: string;
  onChange: (value: string) => void;
};

/** A mail address: `username` where it says which account is meant, `email` where it is a new one. */
export function EmailField({ onChange, ...props }: Props) {
  return <TextField {...props} type="email" maxLength={320} onChange={({ target }) => onChange(target.value)} />;
}
