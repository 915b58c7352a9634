"""`/products/1`."""

import pytest
from werkzeug.test import Client


def test_a_product_comes_without_reviews(client: Client) -> None:
    """GET /products/1 shows the product without its reviews."""
    assert client.get("/products/1").json == {"id": 1, "name": "Teapot", "cents": 2490}


def test_reviews_are_included_on_request(client: Client) -> None:
    """`?include=reviews` adds the reviews of this product, and no others."""
    answer = client.get("/products/2?include=reviews").json
    assert answer == {"id": 2, "name": "Kettle", "cents": 3900, "reviews": [{"stars": 3, "text": "Loud."}]}


@pytest.mark.parametrize("query", ["include", "include=stock", "include=null", "include=Reviews"])
def test_nothing_else_can_be_included(client: Client, query: str) -> None:
    """An unknown value of `include` is a 422, not ignored."""
    answer = client.get(f"/products/1?{query}")
    assert (answer.status_code, [wrong["path"] for wrong in answer.get_json()["details"]]) == (422, ["$.include"])


@pytest.mark.parametrize("id", ["3", "teapot", "9223372036854775808"])
def test_a_missing_product_is_a_404(client: Client, id: str) -> None:
    """An unknown or impossible id is a 404, with reviews or without."""
    for query in ("", "?include=reviews"):
        assert client.get(f"/products/{id}{query}").status_code == 404
