"""How good a ranking is, by judgements: nDCG, pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def dcg(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of graded results in their order: the sum of (2^grade - 1) / log2(rank + 1).

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM Transactions on Information
    Systems 20(4), 2002; with the exponential gain of Burges and others (2005), by which one result that is exactly
    right (7) is worth more than two good ones (3 each).
    """
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def ndcg(ranked: Sequence[str], judged: Mapping[str, int], first: int = 5) -> float:
    """The DCG of the first results over that of the best possible order of all that is judged: from 0 to 1.

    What nobody judged is graded 0. ValueError where nothing is judged above that: there is no best order then.
    """
    best = dcg(sorted(judged.values(), reverse=True)[:first])
    if not best:
        raise ValueError("nothing is judged as worth finding")
    return dcg([judged.get(name, 0) for name in ranked[:first]]) / best
