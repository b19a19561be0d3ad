import { Problem } from "../api/problems";
import { Button } from "../parts/Button";
import { moneyText } from "../parts/money";
import { wordsOf } from "../parts/words";
import { cart as words } from "../strings/cart";
import css from "./LineNotes.module.css";
import type { CartLine } from "./query";

const changes = words.changes;

type Props = { line: CartLine; onSet: (quantity: number) => void };

/** What has changed about a line since it was added, each with what can be done. */
export function LineNotes({ line, onSet }: Props) {
  if (!line.forSale) return <p className={css.failed}>{changes.notForSale}</p>;
  return (
    <>
      {line.changes.includes("priceChanged") && (
        <p className={css.waiting}>
          {priceWords(line)}{" "}
          <Button look="plain" className={css.act} onClick={() => onSet(line.quantity)}>
            {changes.accept}
          </Button>
        </p>
      )}
      {line.available < line.quantity && <Short {...{ line, onSet }} />}
    </>
  );
}

function Short({ line, onSet }: Props) {
  if (line.available === 0) return <p className={css.failed}>{changes.soldOut}</p>;
  return (
    <p className={css.failed}>
      {changes.fewer(line.available)}{" "}
      <Button look="plain" className={css.act} onClick={() => onSet(line.available)}>
        {changes.take(line.available)}
      </Button>
    </p>
  );
}

/** Why a change of this line was refused. */
export function Refusal({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p className={css.failed} role="alert">
      {refusalWords(error)}
    </p>
  );
}

function refusalWords(error: unknown): string {
  if (error instanceof Problem && error.code === "not_available" && typeof error.extra.available === "number") {
    return words.refused.available(error.extra.available);
  }
  const { what, next } = wordsOf(error);
  return `${what} ${next}`;
}

function priceWords({ unitPriceSeen, unitPrice }: CartLine): string {
  const say = unitPrice.amount > unitPriceSeen.amount ? changes.priceUp : changes.priceDown;
  return say(moneyText(unitPriceSeen), moneyText(unitPrice));
}
