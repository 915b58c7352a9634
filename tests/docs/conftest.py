"""Let pytest explain the asserts of these modules as it does those of tests."""

import pytest

pytest.register_assert_rewrite("tests.docs.blocks", "tests.docs.commands")
