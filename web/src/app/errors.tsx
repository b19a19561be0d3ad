import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Problem } from "../api/problems";
import { Button, buttonClass } from "../parts/Button";
import { Notice } from "../parts/Notice";
import { wordsOf } from "../parts/words";
import { errors } from "../strings/errors";
import { Message } from "./Message";

/** A page that failed as a whole; one that is not found, or not for this person, says so. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  if (error instanceof Problem && error.status === 403) return <Forbidden />;
  const words = wordsOf(error);
  return (
    <Message title={words.what} text={words.next} action={<Button onClick={again}>{errors.again}</Button>}>
      {error instanceof Problem && error.correlationId && <code>{errors.number(error.correlationId)}</code>}
    </Message>
  );
}

export function NotFound() {
  return <Message {...errors.notFound} action={<HomeLink />} />;
}

/** A page that needs a role which the account does not have. */
export function Forbidden() {
  return <Message {...errors.forbidden} action={<HomeLink />} />;
}

/** A part of a page that failed, with a way to try again; the rest of the page stays. */
export function PartError({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const words = wordsOf(error);
  const action = onRetry && <Button onClick={onRetry}>{errors.again}</Button>;
  return (
    <Notice kind="failed" title={words.what} action={action}>
      {words.next && <p>{words.next}</p>}
    </Notice>
  );
}

function HomeLink() {
  return (
    <Link to="/" className={buttonClass()}>
      {errors.home}
    </Link>
  );
}
