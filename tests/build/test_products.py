"""Products of sparse rows are those of dense ones, whichever columns are common."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from movierec.build import products
from movierec.build.products import Products


def rows_of(n: int, columns: int) -> np.ndarray:
    """Return (n, columns) float32: the j-th column is in about one of j + 2 rows, the first row is empty."""
    draw = np.random.default_rng(n)
    rows = draw.random((n, columns), dtype=np.float32)
    rows[draw.random((n, columns)) > 1 / np.arange(2, columns + 2)] = 0
    rows[0] = 0
    return rows


@pytest.mark.parametrize("dense", [0, 1, 10, 128, 1000])
@pytest.mark.parametrize(("n", "columns"), [(1, 1), (3, 0), (60, 5), (90, 300)])
def test_they_are_the_products_of_all_columns(
    n: int, columns: int, dense: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many columns are multiplied as dense ones: none, some, or more than there are."""
    monkeypatch.setattr(products, "_DENSE", dense)
    rows = rows_of(n, columns)
    found = Products(sparse.csr_array(rows))
    for block in (slice(0, n), slice(n // 2, n)):
        ours = found.of(block)
        assert ours.dtype == np.float32
        assert ours == pytest.approx(rows[block].astype(float) @ rows.T.astype(float), rel=1e-5)


@pytest.mark.parametrize("n", [97, 500])
def test_equal_rows_have_the_same_products_wherever_they_are(n: int) -> None:
    """To the last bit, so that equal films stay in order of renown; and so whatever else is in the block."""
    rows = rows_of(n, 300)
    places = [7, 8, n // 2, n - 1]
    rows[places] = rows[3]
    found = Products(sparse.csr_array(rows))
    whole = found.of(slice(0, n))
    assert (whole[places] == whole[3]).all()
    assert (whole[:, places] == whole[:, [3]]).all()
    assert (whole == whole.T).all()
    for block in (slice(0, 1), slice(3, 10), slice(n // 2 - 1, n)):
        assert (found.of(block) == whole[block]).all()
