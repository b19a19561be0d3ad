/** Where an order stands, in a word or two; apart from the other words of orders, as the first page shows it. */
export const orderStatus = {
  Pending: "Received",
  Processing: "Being paid",
  "Payment Processed": "Paid",
  "Inventory Reserved": "Reserved",
  "Shipping Prepared": "Parcel ready",
  Shipped: "On its way",
  Delivered: "Delivered",
  Cancelling: "Being cancelled",
  Cancelled: "Cancelled",
  Failing: "Being undone",
  Failed: "Failed",
  "Compensation Stuck": "With our staff",
} as const;
