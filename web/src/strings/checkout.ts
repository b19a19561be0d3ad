/** What a person reads while they check out. */
export const checkout = {
  title: "Check out · AIOutlet",
  heading: "Check out",
  visitor: {
    title: "Log in to check out",
    text: "An order belongs to an account, so that you can follow it. Your cart comes along.",
    logIn: "Log in",
    join: "Open an account",
  },
  unverified: {
    title: "Your mail address is not verified yet",
    text: "Open the link in the mail we sent, then order. Your cart and what you type here are kept.",
  },
  ended: {
    title: "Your session has ended",
    text: "Log in and go on from here: what you typed is kept, and nothing was ordered.",
    logIn: "Log in and go on",
  },
  empty: { title: "There is nothing to check out", text: "Your cart is empty.", look: "To the cart" },
  address: {
    heading: "Where it goes",
    book: "Your addresses",
    another: "Another address",
    save: "Keep this address in my address book",
  },
  billing: {
    heading: "Where the bill goes",
    same: "To the same address",
    other: "To another address",
  },
  delivery: {
    heading: "Delivery",
    standard: "Standard delivery",
    priced: (price: string) => `Standard delivery, ${price}`,
    free: "free",
    how: "One parcel, prepared at once and handed to the carrier by our staff.",
  },
  payment: {
    heading: "Payment",
    test: "This is a test shop: nothing is charged, and no card is asked for. Choose how the payment goes.",
    tokens: [
      { token: "tok_ok", label: "Test card", hint: "The payment goes through." },
      { token: "tok_decline", label: "Test card that is declined", hint: "The order fails, and nothing is charged." },
      { token: "tok_flaky", label: "Test card with a bad line", hint: "Fails twice, then goes through." },
      { token: "tok_late", label: "Test card with a slow bank", hint: "The answer comes after the deadline." },
      {
        token: "tok_timeout",
        label: "Test card without an answer",
        hint: "The bank never answers; the order is undone.",
      },
      {
        token: "tok_refund_fails",
        label: "Test card without refunds",
        hint: "It is charged, and a refund is refused.",
      },
    ],
  },
  review: {
    heading: "Your order",
    change: "Change the cart",
    line: (quantity: number, name: string) => `${quantity} × ${name}`,
    waiting: "The sum stands here once the address is complete.",
    blocked: "Something in the cart is sold out or not sold any more.",
    failed: "The sum could not be told just now.",
  },
  button: {
    priced: (total: string) => `Order and pay ${total}`,
    unpriced: "Order and pay",
  },
  repriced: {
    title: "The sum has changed, and nothing was ordered",
    text: (was: string, now: string) => `It was ${was}, it is now ${now}. Look at it, then order.`,
    unknown: (now: string) => `It is now ${now}. Look at it, then order.`,
  },
  ordered: {
    title: "This cart was ordered already",
    text: (number: string) => `It became order ${number}; nothing was ordered twice.`,
    show: "Show the order",
  },
  unsure: {
    title: "The shop does not answer",
    text: "Whether the order arrived is not known. Press the button again: it is never placed twice.",
  },
} as const;
