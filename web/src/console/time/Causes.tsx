import { useQuery } from "@tanstack/react-query";
import { saveFile } from "../../account/file";
import { QueryState } from "../../app/QueryState";
import { Button } from "../../parts/Button";
import { Skeleton } from "../../parts/Skeleton";
import { time as words } from "../../strings/console/time";
import { ChainPicture } from "../events/Chain";
import { Part } from "../parts/Part";
import { causesQuery } from "./queries";
import css from "./Time.module.css";

/** All events of the request that placed an order, as a picture, which can be saved. */
export function Causes({ order }: { order: string }) {
  return (
    <Part title={words.causes} level={2}>
      <QueryState query={useQuery(causesQuery(order))} loading={<Skeleton shape="block" />}>
        {(tree) => (
          <div className={css.causes}>
            <p className={css.soft}>{words.causesWhy}</p>
            <ChainPicture
              links={tree.items.map((event) => ({ ...event, relation: "effect" }))}
              origin="request"
              to="/console/events"
            />
            <div className={css.buttons}>
              <Button onClick={() => saveFile(new Blob([tree.mermaid], { type: "text/plain" }), `${order}.mmd`)}>
                {words.saveMermaid}
              </Button>
              <Button onClick={() => saveFile(new Blob([tree.svg], { type: "image/svg+xml" }), `${order}.svg`)}>
                {words.saveSvg}
              </Button>
            </div>
          </div>
        )}
      </QueryState>
    </Part>
  );
}
