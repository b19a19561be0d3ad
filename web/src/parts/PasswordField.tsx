import { type ComponentProps, type ReactNode, useState } from "react";
import { parts } from "../strings/parts";
import { TextField, Tick } from "./Field";

type Props = Omit<ComponentProps<typeof TextField>, "type" | "autoComplete"> & {
  /** Whether it is chosen now, or was before. */
  kind: "new" | "current";
  hint?: ReactNode;
};

/** A password, which can be shown; it is never kept with a draft. */
export function PasswordField({ kind, ...field }: Props) {
  const [isShown, setShown] = useState(false);
  return (
    <div>
      <TextField
        {...field}
        type={isShown ? "text" : "password"}
        autoComplete={`${kind}-password`}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={1024}
      />
      <Tick label={parts.showPassword} checked={isShown} onChange={({ target }) => setShown(target.checked)} />
    </div>
  );
}
