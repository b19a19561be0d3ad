"""Whether a proof proves what it says (RFC 9162, 2.1.3.2 and 2.1.4.2)."""

from collections.abc import Sequence

from history.proof.merkle import node_hash


def proves_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a leaf is at an index (from 0) in the tree of this size and root."""
    if not 0 <= index < size:
        return False
    node, place, last = leaf, index, size - 1
    for each in proof:
        if not last:
            return False
        if place & 1 or place == last:
            node = node_hash(each, node)
            place, last = _up_to_right(place, last)
        else:
            node = node_hash(node, each)
        place, last = place >> 1, last >> 1
    return not last and node == root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of the `new` size and root has all leaves of the old one in their places."""
    if not 0 < old < new:
        return not proof and (old == 0 or (old == new and old_root == new_root))
    path = [old_root, *proof] if old & old - 1 == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_node = new_node = path[0]
    for each in path[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            old_node, new_node = node_hash(each, old_node), node_hash(each, new_node)
            place, last = _up_to_right(place, last)
        else:
            new_node = node_hash(new_node, each)
        place, last = place >> 1, last >> 1
    return not last and (old_node, new_node) == (old_root, new_root)


def _up_to_right(place: int, last: int) -> tuple[int, int]:
    """Go up to the first node that is on the right of another."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
