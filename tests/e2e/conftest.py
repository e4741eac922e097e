"""One installation for all browser and REST journeys; tests that kill one start their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.installation import Installation, running


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with running(tmp_path_factory.mktemp("installation")) as installation:
        yield installation


@pytest.fixture(scope="session")
def base_url(installation: Installation) -> str:
    return installation.url


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent: no error, no warning, no breach of the CSP."""
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


@pytest.fixture
def pandalm() -> Path:
    """The PandaLM test set, where the shared data lies beside the checkout."""
    path = Path(__file__).resolve().parents[2].parent / "shared/data/pandalm/testset-v1.json"
    if not path.exists():
        pytest.skip("the shared data is not here")
    return path
