import { useId, useState } from "react";
import { product as words } from "../strings/product";
import { Icon } from "./Icon";
import css from "./Quantity.module.css";

type Props = {
  value: number;
  /** As many as there are. */
  most: number;
  onChange: (value: number) => void;
  /** What the label says where several are on a page: "Quantity of French Bread". */
  label?: string;
};

/** How many pieces: typed, or one more and one less. What is typed counts when it is a number from 1 to `most`. */
export function Quantity({ value, most, onChange, label }: Props) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const read = (text: string) => {
    setTyped(text);
    const number = Number(text);
    if (/^\d{1,7}$/.test(text) && number >= 1) onChange(Math.min(number, most));
  };
  const step = (next: number) => {
    setTyped(null);
    onChange(next);
  };
  return (
    <div className={css.quantity}>
      <label htmlFor={id} className={label ? css.hidden : css.label}>
        {label ?? words.quantity}
      </label>
      <div className={css.row}>
        <button type="button" aria-label={words.less} disabled={value <= 1} onClick={() => step(value - 1)}>
          <Icon name="minus" size={18} />
        </button>
        <input
          id={id}
          inputMode="numeric"
          autoComplete="off"
          value={typed ?? value}
          onChange={(event) => read(event.target.value)}
          onBlur={() => setTyped(null)}
        />
        <button type="button" aria-label={words.more} disabled={value >= most} onClick={() => step(value + 1)}>
          <Icon name="plus" size={18} />
        </button>
      </div>
    </div>
  );
}
