import { useState } from "react";
import type { Schema } from "../../api/client";
import { announce } from "../../app/announce";
import { Button } from "../../parts/Button";
import { events as words } from "../../strings/console/events";
import { CodeBlock } from "../parts/CodeBlock";
import { Facts } from "../parts/Facts";
import { Part } from "../parts/Part";
import css from "./Events.module.css";

type Event = Schema["StoredForm"];

/** The bytes of an event, to read and to copy. */
export function StoredForm({ event }: { event: Event }) {
  return (
    <Part title={words.raw}>
      <p className={css.soft}>{event.isJson ? words.rawWhy : words.unread}</p>
      {event.sealed.length > 0 && (
        <p>
          {words.sealed(event.sealed.length)} <code>{event.sealed.join(", ")}</code>
        </p>
      )}
      <Copy text={event.stored} />
      <CodeBlock label={words.bytesOf}>
        {event.isJson ? JSON.stringify(JSON.parse(event.stored), null, 2) : event.stored}
      </CodeBlock>
      <Facts
        of={{
          [words.size]: words.bytes(event.size),
          [words.digest]: <code>{event.sha256}</code>,
          [words.leaf]: <code>{event.leafHash}</code>,
        }}
      />
    </Part>
  );
}

function Copy({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(words.copied);
  };
  return <Button onClick={() => void copy()}>{isCopied ? words.copied : words.copy}</Button>;
}
