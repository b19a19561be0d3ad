import { order as words } from "../../strings/console/order";
import { ConsoleLink } from "./ConsoleLink";

/** Leads to the page that has all there is about one order. */
export function OrderLink({ orderId }: { orderId: string }) {
  return (
    <ConsoleLink to="/console/order" filters={{ order: orderId }}>
      {words.link}
    </ConsoleLink>
  );
}
