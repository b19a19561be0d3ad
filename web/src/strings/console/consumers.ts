/** Who reads the log, and whose timers fire: their names, as people say them. */
export const consumers: Readonly<Record<string, string>> = {
  relay: "Relay to Kafka",
  saga: "Fulfilment",
  payment: "Payment",
  inventory: "Stock",
  shipping: "Shipping",
  accounts: "Accounts",
  notification: "Mails",
  projections: "Read models",
  reservation: "Reservation",
  charge: "Late charge",
  cart: "Carts",
};

/** The name of a consumer, or of a read model; one that has no words of its own is said as it is written. */
export function consumerName(name: string): string {
  const spaced = name.replaceAll("_", " ");
  return consumers[name] ?? spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
