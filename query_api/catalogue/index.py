"""An index of the whole catalogue in memory: which products have which value and which words, and their orders."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from query_api.catalogue.bitmaps import Bitmap, BitSlices
from query_api.catalogue.ordering import Ordering
from query_api.catalogue.postings import Postings
from query_api.catalogue.product import HUNDREDTHS, IndexedProduct

V = TypeVar("V", bound=Hashable)
RATINGS = range(1, 6)


class ValueBitmaps(Generic[V]):
    """For each value of a field the set of the products that have it."""

    def __init__(self) -> None:
        self._bitmaps: defaultdict[V, Bitmap] = defaultdict(Bitmap)

    def add(self, value: V | None, number: int) -> None:
        if value is not None:
            self._bitmaps[value].add(number)

    def discard(self, value: V | None, number: int) -> None:
        if value is not None:
            self._bitmaps[value].discard(number)

    def having(self, value: V) -> int:
        """Return the set of the products that have this value."""
        bitmap = self._bitmaps.get(value)
        return 0 if bitmap is None else bitmap.value

    def counts(self, among: int) -> dict[V, int]:
        """Return how many of a set have each value; values that none of them has are left out."""
        counts = {value: (bitmap.value & among).bit_count() for value, bitmap in self._bitmaps.items()}
        return {value: count for value, count in counts.items() if count}


class CatalogueIndex:
    """All products by number, from 0 in the order in which they were first put."""

    def __init__(self) -> None:
        self.products: list[IndexedProduct] = []
        self.version = 0
        """Counts the changes."""
        self.for_sale, self.in_stock = Bitmap(), Bitmap()
        self.departments, self.categories, self.brands = (ValueBitmaps[str]() for _ in range(3))
        self.currencies = ValueBitmaps[str]()
        self.ratings = ValueBitmaps[int]()
        """By every whole number of stars that the average reaches."""
        self.amounts = BitSlices()
        self.phrases, self.name_words, self.label_words, self.description_words = (Postings() for _ in range(4))
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self.by_name, self.by_price, self.by_age, self.by_rating = (Ordering(self._ids) for _ in range(4))

    def put(self, products: Iterable[IndexedProduct]) -> None:
        """Add products, or replace what is known of them."""
        for product in products:
            number = self._numbers.get(product.product_id)
            if number is None:
                self._append(product)
            elif product == self.products[number]:
                continue  # as with most that is sold: how many are left is in the document
            else:
                self._remove_values(number, self.products[number])
                self._put_words(number, self.products[number], product)
                self._add_values(number, product)
                self.products[number] = product
            self.version += 1

    def number_of(self, product_id: str) -> int | None:
        return self._numbers.get(product_id)

    def _append(self, product: IndexedProduct) -> None:
        number = len(self.products)
        self.products.append(product)
        self._ids.append(product.product_id)
        self._numbers[product.product_id] = number
        self._put_words(number, None, product)
        self._add_values(number, product)

    def _add_values(self, number: int, product: IndexedProduct) -> None:
        for bitmaps, value in self._values(product):
            bitmaps.add(value, number)
        for stars in _stars(product):
            self.ratings.add(stars, number)
        self.amounts.add(number, product.amount)
        (self.for_sale.add if product.is_for_sale else self.for_sale.discard)(number)
        (self.in_stock.add if product.is_in_stock else self.in_stock.discard)(number)
        self.by_name.put(number, product.name_key)
        self.by_price.put(number, product.amount)
        self.by_age.put(number, product.created)
        self.by_rating.put(number, product.rating_order)

    def _remove_values(self, number: int, product: IndexedProduct) -> None:
        for bitmaps, value in self._values(product):
            bitmaps.discard(value, number)
        for stars in _stars(product):
            self.ratings.discard(stars, number)
        self.amounts.discard(number, product.amount)

    def _values(self, product: IndexedProduct) -> Iterable[tuple[ValueBitmaps[str], str | None]]:
        return (
            (self.departments, product.department),
            (self.categories, product.category),
            (self.brands, product.brand),
            (self.currencies, product.currency),
        )

    def _put_words(self, number: int, old: IndexedProduct | None, new: IndexedProduct) -> None:
        for postings, before, after in (
            (self.name_words, old.name_words if old else "", new.name_words),
            (self.label_words, old.label_words if old else "", new.label_words),
            (self.description_words, old.description_words if old else "", new.description_words),
        ):
            if before != after:
                postings.replace(number, before.split(), after.split())
        if old is None or old.name_words != new.name_words:
            self.phrases.replace(number, (old.phrase,) if old else (), (new.phrase,))


def _stars(product: IndexedProduct) -> Iterable[int]:
    return (stars for stars in RATINGS if product.rating >= stars * HUNDREDTHS)
