"""Whether anything in the locks has a known vulnerability: `make audit`, or `python -m tools.audit`.

Exits with 1 when something has, and with 3 when that is unknown, since the data cannot be had. What is behind the
command goes to pip-audit: `-s osv` asks another source, which helps where a mirror of the package index keeps no such
data.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
FOUND, UNKNOWN = 1, 3


def main() -> int:
    locks = [word for lock in sorted((_ROOT / "requirements").glob("*.lock")) for word in ("-r", str(lock))]
    how = ["--require-hashes", "--disable-pip", "--format=json", "--desc=off", "--progress-spinner=off"]
    command = [sys.executable, "-m", "pip_audit", *how, *locks, *sys.argv[1:]]
    audit = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return verdict(json.loads(audit.stdout)["dependencies"])
    except ValueError:  # it reports what it knows, or nothing
        why = (audit.stderr.strip() or "it does not say why").splitlines()[-1]
        print(f"nothing was audited, since pip-audit cannot have its data: {why}", file=sys.stderr)
        return UNKNOWN


def verdict(packages: list[dict[str, Any]]) -> int:
    """Says what pip-audit has found out about them; returns the exit code. A package that its source does not know is
    skipped, which pip-audit itself takes for good news."""
    found = [(package, one) for package in packages for one in package.get("vulns", ())]
    for package, one in found:
        fixed = ", ".join(one["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {one['id']}, fixed in {fixed}", file=sys.stderr)
    skipped = sum("skip_reason" in package for package in packages)
    if skipped or not packages:
        print(f"{skipped} of {len(packages)} packages were not audited: pip-audit has no data on them", file=sys.stderr)
    if found:
        return FOUND
    if skipped or not packages:
        return UNKNOWN
    print(f"nothing is known against {len(packages)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
