import { useLocation } from "@tanstack/react-router";
import { buttonClass } from "../parts/Button";
import { Message } from "./Message";
import { places } from "./places";
import { ShopLink } from "./ShopLink";

type Props = {
  title: string;
  text: string;
  button: string;
  /** What the way to an account of one's own is called, where who has none may go on with it. */
  join?: string;
};

/** In the place of what belongs to an account, for a visitor: the way to log in and back here. */
export function LogInFirst({ title, text, button, join }: Props) {
  const back = useLocation({ select: ({ href }) => href });
  const action = (
    <>
      <ShopLink to={places.login} search={{ back }} className={buttonClass("primary")}>
        {button}
      </ShopLink>
      {join && (
        <ShopLink to={places.register} search={{ back }} className={buttonClass()}>
          {join}
        </ShopLink>
      )}
    </>
  );
  return <Message {...{ title, text, action }} />;
}
