import { LogInFirst } from "../app/LogInFirst";
import { order as words } from "../strings/order";

/** What who is not logged in sees in the place of orders. */
export function Visitor() {
  const { title, visitor, visitorText, logIn } = words.list;
  return (
    <>
      <title>{title}</title>
      <LogInFirst title={visitor} text={visitorText} button={logIn} />
    </>
  );
}
