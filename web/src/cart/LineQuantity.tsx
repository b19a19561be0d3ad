import { type FormEvent, useEffect, useState } from "react";
import { Icon } from "../parts/Icon";
import { cart as words } from "../strings/cart";
import css from "./LineQuantity.module.css";
import type { CartLine } from "./query";

type Props = { name: string; line: Pick<CartLine, "quantity" | "available">; onSet: (quantity: number) => void };

/** How many pieces; what is typed counts with Enter, or when the field is left. */
export function LineQuantity({ name, line: { quantity, available }, onSet }: Props) {
  const [typed, setTyped] = useState(String(quantity));
  useEffect(() => setTyped(String(quantity)), [quantity]);
  const take = () => {
    const wanted = Number.parseInt(typed, 10);
    if (wanted >= 1 && wanted !== quantity) onSet(wanted);
    else setTyped(String(quantity));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take();
  };
  return (
    <form className={css.quantity} onSubmit={submit}>
      <button
        type="button"
        className={css.step}
        aria-label={words.fewer(name)}
        disabled={quantity <= 1}
        onClick={() => onSet(quantity - 1)}
      >
        <Icon name="minus" />
      </button>
      <input
        className={css.number}
        inputMode="numeric"
        pattern="[0-9]*"
        maxLength={6}
        autoComplete="off"
        aria-label={words.quantity(name)}
        value={typed}
        onChange={(event) => setTyped(event.target.value.replace(/\D/g, ""))}
        onBlur={take}
      />
      <button
        type="button"
        className={css.step}
        aria-label={words.more(name)}
        disabled={quantity >= available}
        onClick={() => onSet(quantity + 1)}
      >
        <Icon name="plus" />
      </button>
    </form>
  );
}
