from pathlib import Path

import pytest

from bot.checks import Status
from bot.checks.machine import check_disk, check_python, check_settings_file


def test_this_python_is_new_enough_and_an_old_one_is_not() -> None:
    assert check_python().status is Status.OK
    found = check_python((3, 10, 9))
    assert (found.status, found.text) == (Status.FAILED, "3.10.9 is too old")
    assert "3.11" in found.remedy


def test_no_settings_file_is_as_good_as_a_private_one(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert check_settings_file(path).status is Status.OK
    path.write_text("VERBATIM_LOG_LEVEL=INFO")
    path.chmod(0o600)
    assert check_settings_file(path).status is Status.OK


def test_a_settings_file_that_others_may_read_is_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("")
    path.chmod(0o644)
    found = check_settings_file(path)
    assert (found.status, found.remedy) == (Status.NOTE, f"chmod 600 {path}")


@pytest.mark.parametrize("broken", ["folder", "latin-1"])
def test_a_settings_file_that_cannot_be_read_fails(tmp_path: Path, broken: str) -> None:
    path = tmp_path / ".env"
    if broken == "folder":
        path.mkdir()
    else:
        path.write_bytes("é".encode("latin-1"))
    assert check_settings_file(path).status is Status.FAILED


@pytest.mark.parametrize(
    ("free", "index", "status"),
    [
        (5_000_000_000, 0, Status.OK),
        (500_000_000, 0, Status.NOTE),
        (100_000_000, 0, Status.FAILED),
        (5_000_000_000, 6_000_000_000, Status.FAILED),
    ],
)
def test_the_disk_must_hold_the_index_once_more(tmp_path: Path, free: int, index: int, status: Status) -> None:
    asked = []
    found = check_disk(tmp_path / "not" / "there", index_bytes=index, free_bytes=lambda p: asked.append(p) or free)
    assert found.status is status
    assert asked == [tmp_path]


def test_the_space_that_is_free_is_asked_of_the_system(tmp_path: Path) -> None:
    assert " GB free" in check_disk(tmp_path, index_bytes=0).text
