import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { extra } from "../parts/extra";
import { developmentQuery } from "./development";

const BehindGlass = extra(() => import("../behind_glass/BehindGlass").then((module) => module.BehindGlass));

/** What only the demo has on its pages; elsewhere no code for it is fetched. */
export function OfDemo() {
  if (!useQuery(developmentQuery).data?.events) return null;
  return (
    <Suspense>
      <BehindGlass />
    </Suspense>
  );
}
