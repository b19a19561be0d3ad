import { shell } from "../../strings/console/shell";
import { whatif as words } from "../../strings/console/whatif";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { FilterLink } from "../parts/FilterLink";
import { useFilters } from "../parts/filters";
import { Priced } from "./Priced";
import { type Kind, kindOf, kinds } from "./queries";
import { Stepped } from "./Stepped";
import { Weighed } from "./Weighed";
import css from "./WhatIf.module.css";

const PRICING = ["region", "percent", "currency", "fee", "free", "since"];
const TRENDING = ["view", "cartAdd", "order", "halfLife"];
const STEPS = ["first", "since"];

/** A rule that is not in force, and what recorded history would have been by it. */
export function WhatIfPage() {
  const [filters] = useFilters();
  const kind = kindOf(filters);
  return (
    <div className={css.page}>
      <title>{shell.title(words.title)}</title>
      <h1>{words.title}</h1>
      <p>{words.why}</p>
      <Kinds current={kind} />
      {kind === "pricing" && <Pricing />}
      {kind === "trending" && <Trending />}
      {kind === "steps" && <Steps />}
    </div>
  );
}

function Kinds({ current }: { current: Kind }) {
  return (
    <nav aria-label={words.kind} className={css.kinds}>
      {kinds.map((kind) => (
        <FilterLink key={kind} changes={{ rule: kind }} aria-current={kind === current ? "page" : undefined}>
          {words.kinds[kind]}
        </FilterLink>
      ))}
    </nav>
  );
}

function Pricing() {
  return (
    <>
      <FilterForm names={PRICING}>
        <TextFilter label={words.region} name="region" placeholder={words.regionHint} />
        <TextFilter label={words.percent} name="percent" placeholder={words.percentHint} inputMode="decimal" />
        <TextFilter label={words.currency} name="currency" placeholder={words.currencyHint} />
        <TextFilter label={words.fee} name="fee" placeholder={words.feeHint} inputMode="numeric" />
        <TextFilter label={words.freeFrom} name="free" placeholder={words.freeFromHint} inputMode="numeric" />
        <TextFilter label={words.since} name="since" type="datetime-local" step={1} />
      </FilterForm>
      <Priced />
    </>
  );
}

function Trending() {
  return (
    <>
      <FilterForm names={TRENDING}>
        <TextFilter label={words.view} name="view" type="number" min={0} step="any" />
        <TextFilter label={words.cartAdd} name="cartAdd" type="number" min={0} step="any" />
        <TextFilter label={words.order} name="order" type="number" min={0} step="any" />
        <TextFilter label={words.halfLife} name="halfLife" type="number" min={0.1} step="any" />
      </FilterForm>
      <Weighed />
    </>
  );
}

function Steps() {
  return (
    <>
      <FilterForm names={STEPS}>
        <ChoiceFilter label={words.first} name="first" choices={words.steps} />
        <TextFilter label={words.since} name="since" type="datetime-local" step={1} />
      </FilterForm>
      <Stepped />
    </>
  );
}
