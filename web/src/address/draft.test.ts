import { expect, it } from "vitest";
import { countryOf, likelyCountry, wordFor } from "./countries";
import { addressBody, addressFaults, draftOf } from "./draft";
import { addressLines } from "./lines";

const typed = { name: "Ada", line1: "Main Street 1", line2: " ", city: "Berlin", region: "BE", country: "DE" };

it("sends only what the country has, and nothing that is empty", () => {
  expect(addressBody(draftOf({ ...typed, postalCode: " 10115 " }))).toEqual({
    name: "Ada",
    line1: "Main Street 1",
    city: "Berlin",
    postalCode: "10115",
    country: "DE",
  });
});

it("says what the country needs before anything is sent", () => {
  expect(addressFaults(draftOf(typed), "address.")).toEqual({ "address.postalCode": "This is needed." });
  expect(addressFaults(draftOf({ ...typed, country: "US", region: "", postalCode: "1" }))).toHaveProperty("region");
  expect(addressFaults(draftOf({ ...typed, country: "HK", region: "Kowloon", city: "" }))).toEqual({});
});

it("writes the place in the order of its country", () => {
  const known = { name: "Ada", line1: "Main Street 1", city: "Berlin", postalCode: "10115", country: "DE" };
  expect(addressLines(known)).toEqual(["Ada", "Main Street 1", "10115 Berlin"]);
  expect(addressLines({ ...known, country: "US", region: "CA" })[2]).toBe("Berlin CA 10115");
});

it("begins with the country that the browser speaks of", () => {
  expect(likelyCountry(["en", "de-AT"])).toBe("AT");
  expect(likelyCountry(["en"])).toBe("US");
});

it("calls a field what the country calls it", () => {
  expect(wordFor("postalCode", countryOf("IE"))).toBe("Eircode");
  expect(wordFor("region", countryOf("GB"))).toBe("Region");
});
