"""Ids of reviews that everybody may see and that tell nobody whose a review is, unless they have the root key.

An anonymous review is listed beside others of the same person: so its id holds the person's only as ciphertext
(AES-256-GCM, another one every time, bound to the product).
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from identity.derivation import derive
from identity.master_key import NONCE_BYTES
from schemas.errors import NotFound


class ReviewIds:
    """Makes and reads ids."""

    def __init__(self, root_key: bytes) -> None:
        self._cipher = AESGCM(derive(root_key, "review ids"))

    def make(self, product_id: str, user_id: str) -> str:
        """Return a new id of a person's review of a product: for ids of 36 characters it has 86."""
        nonce = os.urandom(NONCE_BYTES)
        content = nonce + self._cipher.encrypt(nonce, user_id.encode(), product_id.encode())
        return urlsafe_b64encode(content).rstrip(b"=").decode()

    def read(self, product_id: str, review_id: str) -> str:
        """Return the person of a review of this product.

        Raises:
            NotFound: There is no such id.
        """
        try:
            content = urlsafe_b64decode(review_id + "=" * (-len(review_id) % 4))
            nonce, sealed = content[:NONCE_BYTES], content[NONCE_BYTES:]
            return self._cipher.decrypt(nonce, sealed, product_id.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise NotFound(f"there is no such review of {product_id}", productId=product_id) from error
