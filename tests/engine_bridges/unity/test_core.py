"""The package's own NUnit tests, run by mono: those that need a server get a real one."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from unity_package import sources

FRAMEWORK = Path("/usr/lib/cli/nunit.framework-2.6.3")


@pytest.fixture(scope="session")
def nunit_tests(compile_, core, program: Callable[..., str]) -> Path:
    program("nunit-console")
    if not FRAMEWORK.exists():
        text = "NUnit's framework is not installed: apt-get install libnunit-framework2.6.3-cil"
        pytest.fail(text) if os.environ.get("CI") else pytest.skip(text)
    return compile_("Voxrig.Tests.dll", sources("Tests/Editor"), [core, "nunit.framework.dll"], f"-lib:{FRAMEWORK}")


def test_the_package_passes_its_own_tests(nunit_tests, serving, program, tmp_path):
    result = tmp_path / "result.xml"
    command = [program("nunit-console"), "-nologo", "-noshadow", f"-xml={result}", str(nunit_tests)]
    variables = os.environ | {"VOXRIG_LINK_PORT": str(serving.link_port)}
    done = subprocess.run(
        command, env=variables, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout
    told = ElementTree.parse(result).getroot()
    assert int(told.attrib["total"]) > 100
    assert [told.attrib[key] for key in ("errors", "failures", "inconclusive", "not-run", "ignored")] == ["0"] * 5
