import { orders as words } from "../../strings/console/orders";
import { ChoiceFilter, TextFilter } from "../parts/FilterFields";
import { FilterForm } from "../parts/FilterForm";
import { STATUSES } from "./status";

const NAMES = ["number", "customer", "status", "from", "to"];
const NUMBER = "\\s*[Oo][Rr][Dd]-[0-9]{8}-[0-9A-Za-z]{5}\\s*";
const CHOICES = Object.fromEntries(STATUSES.map((status) => [status, status]));

/** Finds orders by number, customer, status and the day they were placed. */
export function OrderFilters() {
  return (
    <FilterForm names={NAMES}>
      <TextFilter label={words.number} name="number" pattern={NUMBER} title={words.numberHint} placeholder="ORD-…" />
      <TextFilter label={words.customer} name="customer" placeholder={words.customerHint} />
      <ChoiceFilter label={words.status} name="status" choices={CHOICES} />
      <TextFilter label={words.from} name="from" type="date" />
      <TextFilter label={words.to} name="to" type="date" />
    </FilterForm>
  );
}
