#!/usr/bin/env bash
# Removes Tally with its resource group and all its data: scripts/teardown.sh <resource-group> [--help]
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v node >/dev/null; then
  echo "Node is missing: install Node 20 or newer (https://nodejs.org)." >&2
  exit 1
fi
exec node scripts/tooling/setup/launch.mjs node scripts/tooling/deploy/main.ts teardown "$@"
