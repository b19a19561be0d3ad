import { useEffect, useState } from "react";

/** Pixels that are no scrolling yet. */
const TREMBLE = 8;

/** Whether the page was last scrolled up. */
export function useScrollingUp(): boolean {
  const [isUp, setUp] = useState(false);
  useEffect(() => {
    let last = scrollY;
    const note = () => {
      if (Math.abs(scrollY - last) < TREMBLE) return;
      setUp(scrollY < last);
      last = scrollY;
    };
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, []);
  return isUp;
}
