import { Message } from "../app/Message";
import { places } from "../app/places";
import { ShopLink } from "../app/ShopLink";
import { buttonClass } from "../parts/Button";
import { order as words } from "../strings/order";

/** What who is not logged in sees in the place of orders. */
export function Visitor() {
  const back = location.pathname + location.search;
  const link = (
    <ShopLink to={places.login} search={{ back }} className={buttonClass("primary")}>
      {words.list.logIn}
    </ShopLink>
  );
  return (
    <>
      <title>{words.list.title}</title>
      <Message title={words.list.visitor} text={words.list.visitorText} action={link} />
    </>
  );
}
